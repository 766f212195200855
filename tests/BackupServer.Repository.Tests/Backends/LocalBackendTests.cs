using BackupServer.Repository.Backends;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Backends;

public sealed class LocalBackendTests : BackendTests, IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public LocalBackendTests() => Backend = new LocalBackend(_temporary.Sub("repo"), TimeProvider.System);

    protected override IRepositoryBackend Backend { get; }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Files_and_directories_have_the_modes_of_stock_restic()
    {
        await Backend.SaveAsync("config", "x"u8.ToArray(), Cancellation);
        await Backend.SaveAsync("data/ab/pack", "x"u8.ToArray(), Cancellation);

        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(_temporary.Sub("repo/data/ab/pack")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_temporary.Sub("repo/data/ab")));
    }

    [Fact]
    public async Task A_group_readable_config_makes_the_rest_group_readable()
    {
        await Backend.SaveAsync("config", "x"u8.ToArray(), Cancellation);
        File.SetUnixFileMode(_temporary.Sub("repo/config"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var backend = new LocalBackend(_temporary.Sub("repo"), TimeProvider.System);

        await backend.SaveAsync("data/ab/pack", "x"u8.ToArray(), Cancellation);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(_temporary.Sub("repo/data/ab/pack")));
        Assert.True(File.GetUnixFileMode(_temporary.Sub("repo/data/ab")).HasFlag(UnixFileMode.GroupExecute));
    }

    [Fact]
    public async Task Leftovers_of_dead_writers_are_hidden_and_old_ones_removed()
    {
        await Backend.SaveAsync("data/ab/pack", "x"u8.ToArray(), Cancellation);
        var (old, young) = (_temporary.Sub("repo/data/ab/pack2-tmp-1"), _temporary.Sub("repo/data/ab/pack3-tmp-2"));
        await File.WriteAllTextAsync(old, "half", Cancellation);
        await File.WriteAllTextAsync(young, "half", Cancellation);
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));

        var listed = await Backend.ListAsync("data", Cancellation).ToListAsync(Cancellation);
        await Backend.RemoveLeftoversAsync(TimeSpan.FromDays(1), Cancellation);

        Assert.Equal("data/ab/pack", Assert.Single(listed).Path);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task Storage_that_refuses_is_named_with_path_and_reason()
    {
        await File.WriteAllTextAsync(_temporary.Sub("repo"), "a file where the directory should be", Cancellation);

        var error = await Assert.ThrowsAsync<RepositoryException>(() => Backend.SaveAsync("keys/a", "x"u8.ToArray(), Cancellation));

        Assert.Equal(RepositoryErrorKind.Backend, error.Kind);
        Assert.StartsWith($"cannot write 'keys/a' in {Backend.Location}: ", error.Message, StringComparison.Ordinal);
    }
}
