using BackupServer.Repository.Backends;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Interoperability;

public sealed class StockResticTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StockRestic Restic(string password = TestRepository.Password) => new(_temporary.Sub("repo"), password, _temporary.Path);

    private LocalBackend Backend() => new(_temporary.Sub("repo"), TimeProvider.System);

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Stock_restic_checks_and_dumps_what_we_wrote()
    {
        var noise = TestRepository.Noise(1, 3_000_000);
        var text = "the quick brown fox\n"u8.ToArray();
        await using (var backend = Backend())
        await using (var repository = await TestRepository.InitAsync(backend, TestRepository.Options with { PackSize = 1 << 20 }))
        {
            await TestRepository.BackUpAsync(
                repository,
                DateTimeOffset.UnixEpoch.AddYears(54),
                [("noise", [noise[..1_000_000], noise[1_000_000..]]), ("text", [text, text]), ("empty", [])]);
        }

        await Restic().MustBeCleanAsync();
        await Restic().MustAsync("restore", "latest", "--target", _temporary.Sub("out"));

        Assert.Equal(noise, await File.ReadAllBytesAsync(_temporary.Sub("out/data/noise"), Cancellation));
        Assert.Equal(text.Concat(text), await File.ReadAllBytesAsync(_temporary.Sub("out/data/text"), Cancellation));
        Assert.Empty(await File.ReadAllBytesAsync(_temporary.Sub("out/data/empty"), Cancellation));
    }

    [Fact]
    public async Task Stock_restic_backs_up_into_our_repository_and_we_find_its_snapshot()
    {
        await using var backend = Backend();
        await using var repository = await TestRepository.InitAsync(backend);
        await File.WriteAllTextAsync(_temporary.Sub("file"), "from stock restic", Cancellation);

        await Restic().MustAsync("backup", _temporary.Sub("file"));
        await repository.LoadIndexAsync(Cancellation);

        var snapshot = Assert.Single(await repository.ListSnapshotsAsync(Cancellation));
        Assert.Equal([_temporary.Sub("file")], snapshot.Paths);
        Assert.Equal(
            "from stock restic"u8.ToArray(),
            await repository.LoadBlobAsync(BlobType.Data, ObjectId.Of("from stock restic"u8), Cancellation));
    }

    [Fact]
    public async Task Keys_go_both_ways()
    {
        await using var backend = Backend();
        await using var repository = await TestRepository.InitAsync(backend);
        await File.WriteAllTextAsync(_temporary.Sub("password"), "added by restic\n", Cancellation);

        await repository.AddKeyAsync("added by us", Cancellation);
        await Restic("added by us").MustAsync("key", "add", "--new-password-file", _temporary.Sub("password"));

        await using var reopened = await Repository.OpenAsync(
            backend, ["wrong", "added by restic"], TestRepository.Options, TimeProvider.System, Cancellation);
        Assert.Equal(3, (await reopened.ListKeysAsync(Cancellation)).Count);
        Assert.Single(await reopened.ListKeysAsync(Cancellation), static key => key.IsCurrent);
    }
}
