using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Plugins.FileSystem;

namespace BackupServer.Plugins.Tests.FileSystem;

public sealed class FileSystemObjectStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Files_and_directories_belong_to_their_owner_alone()
    {
        var store = await OpenAsync(_directory.Make("bucket"), "p");

        await store.PutAsync("d/x", new byte[10], PutOptions.Replace, Token);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.Sub("bucket/p/d/x")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Sub("bucket/p/d")));
    }

    [Fact]
    public async Task A_put_leaves_nothing_but_the_object()
    {
        var store = await OpenAsync(_directory.Make("bucket"));

        await store.PutAsync("d/x", new byte[10], PutOptions.Replace, Token);
        await store.PutAsync("d/y", new byte[10], PutOptions.Absent, Token);
        await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("d/y", new byte[10], PutOptions.Absent, Token));

        Assert.Equal(["x", "y"], Directory.GetFileSystemEntries(_directory.Sub("bucket/d")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_directory_removed_in_mid_run_is_an_error_for_everything_and_is_not_made_anew()
    {
        var bucket = _directory.Make("bucket");
        var store = await OpenAsync(bucket, "p");
        await store.PutAsync("x", new byte[10], PutOptions.Replace, Token);
        Directory.Delete(bucket, recursive: true);

        await ExpectGone(() => store.PutAsync("y", new byte[10], PutOptions.Replace, Token));
        await ExpectGone(() => store.ReadAsync("x", 0, new byte[1], Token));
        await ExpectGone(() => store.StatAsync("x", Token));
        await ExpectGone(() => store.DeleteAsync("x", Token));
        await ExpectGone(() => store.ListAsync("", Token).ToListAsync(Token).AsTask());

        Assert.False(Directory.Exists(bucket));

        async Task ExpectGone(Func<Task> call)
        {
            var error = await Assert.ThrowsAsync<ObjectStoreException>(call);
            Assert.Equal(ObjectStoreErrorKind.NotFound, error.Kind);
            Assert.Contains("removed", error.Message);
            Assert.Contains(bucket, error.Message);
        }
    }

    [Fact]
    public async Task A_prefix_removed_in_mid_run_is_made_again()
    {
        var store = await OpenAsync(_directory.Make("bucket"), "p/q");
        await store.PutAsync("d/x", new byte[10], PutOptions.Replace, Token);
        Directory.Delete(_directory.Sub("bucket/p"), recursive: true);

        await store.PutAsync("d/y", new byte[10], PutOptions.Replace, Token);

        Assert.Equal(["d/y"], (await store.ListAsync("", Token).ToListAsync(Token)).Select(static info => info.Key));
    }

    [Fact]
    public async Task What_a_killed_writer_left_is_no_object_and_is_removed_a_day_later()
    {
        var directory = _directory.Make("bucket/d");
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        foreach (var (name, age) in new[] { ("~writing-old", 25), ("~writing-new", 23) })
        {
            File.WriteAllText(Path.Combine(directory, name), "half");
            File.SetLastWriteTimeUtc(Path.Combine(directory, name), now.AddHours(-age));
        }

        var store = await OpenAsync(_directory.Sub("bucket"));
        Assert.Empty(await store.ListAsync("", Token).ToListAsync(Token));
        await store.PutAsync("d/x", new byte[10], PutOptions.Replace, Token);

        Assert.Equal(["x", "~writing-new"], Directory.GetFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Foreign_files_and_links_are_no_objects()
    {
        _directory.Make("bucket/lost+found");
        File.WriteAllText(_directory.Sub("bucket/with space"), "");
        File.CreateSymbolicLink(_directory.Sub("bucket/link"), "/etc/hostname");
        Directory.CreateSymbolicLink(_directory.Sub("bucket/loop"), _directory.Sub("bucket"));
        var store = await OpenAsync(_directory.Sub("bucket"));

        await store.PutAsync("x", new byte[10], PutOptions.Replace, Token);

        Assert.Equal(["x"], (await store.ListAsync("", Token).ToListAsync(Token)).Select(static info => info.Key));
        Assert.Null(await store.StatAsync("link", Token));
    }

    [Fact]
    public void A_full_disk_is_Full_and_says_what_to_do()
    {
        var error = FileErrors.Of("write", "x", "/b", new IOException("no space", 28));

        Assert.Equal(ObjectStoreErrorKind.Full, error.Kind);
        Assert.Contains("make room", error.Message);
    }

    [Theory]
    [InlineData(122, ObjectStoreErrorKind.Full)]
    [InlineData(30, ObjectStoreErrorKind.ReadOnly)]
    [InlineData(116, ObjectStoreErrorKind.Transient)]
    [InlineData(5, ObjectStoreErrorKind.Transient)]
    [InlineData(13, ObjectStoreErrorKind.Denied)]
    [InlineData(1, ObjectStoreErrorKind.Denied)]
    [InlineData(2, ObjectStoreErrorKind.NotFound)]
    [InlineData(17, ObjectStoreErrorKind.AlreadyExists)]
    [InlineData(36, ObjectStoreErrorKind.Permanent)]
    public void Error_numbers_are_classified(int number, ObjectStoreErrorKind kind)
    {
        var error = FileErrors.Of("write", "some/key", "/bucket", new IOException("", number));

        Assert.Equal(kind, error.Kind);
        Assert.Contains("'some/key'", error.Message);
        Assert.Contains("/bucket", error.Message);
    }

    private static ValueTask<IObjectStore> OpenAsync(string bucket, string prefix = "") =>
        new FileSystemProvider(TimeProvider.System).OpenAsync(new ObjectStoreConfiguration { Bucket = bucket, Prefix = prefix }, Token);
}
