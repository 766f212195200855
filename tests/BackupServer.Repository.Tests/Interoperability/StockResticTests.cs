using BackupServer.Repository.Backends;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;
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

    [Fact]
    public async Task We_check_every_byte_of_what_stock_restic_wrote()
    {
        await MakeWithStockResticAsync();
        await using var backend = Backend();
        await using var repository = await TestRepository.OpenAsync(backend);

        var report = await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);

        Assert.Empty(report.Problems);
        Assert.Empty(report.Hints);
        Assert.Equal(2, report.Snapshots);
        Assert.True(report.PacksRead >= 2);
    }

    [Fact]
    public async Task Stock_restic_restores_from_its_own_repository_after_we_pruned_it()
    {
        await MakeWithStockResticAsync();
        await using var backend = Backend();
        await using var repository = await TestRepository.OpenAsync(backend);
        await using (var exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), Cancellation))
        {
            await repository.DeleteSnapshotAsync((await repository.ListSnapshotsAsync(Cancellation))[0].Id, Cancellation);
            var plan = await PrunePlan.CreateAsync(repository, exclusive, new PruneOptions { MaximumUnused = 0 }, Cancellation);
            Assert.False(plan.IsEmpty);
            await plan.ExecuteAsync(exclusive, Cancellation);
        }

        await Restic().MustBeCleanAsync();
        await Restic().MustAsync("restore", "latest", "--target", _temporary.Sub("out"));

        Assert.Equal(TestRepository.Noise(2, 2_000_000), await File.ReadAllBytesAsync(_temporary.Sub("out") + _temporary.Sub("source/changing"), Cancellation));
        Assert.Equal("stays", await File.ReadAllTextAsync(_temporary.Sub("out") + _temporary.Sub("source/kept"), Cancellation));
    }

    [Fact]
    public async Task We_read_on_after_stock_restic_pruned_what_we_wrote()
    {
        await using var backend = Backend();
        await using var repository = await TestRepository.InitAsync(backend, TestRepository.Options with { PackSize = 100_000 });
        for (var i = 0; i < 3; i++)
        {
            var files = Enumerable.Range(i * 3, 10).Select(static number => ($"file{number}", new[] { TestRepository.Noise(number, 30_000) }));
            await TestRepository.BackUpAsync(repository, DateTimeOffset.UnixEpoch.AddYears(50).AddDays(i), files);
        }

        await Restic().MustAsync("forget", "--keep-last", "1", "--prune", "--max-unused", "0");
        await repository.LoadIndexAsync(Cancellation);
        var report = await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);

        Assert.Empty(report.Problems);
        Assert.Equal(1, report.Snapshots);
        Assert.Equal(
            TestRepository.Noise(7, 30_000),
            await repository.LoadBlobAsync(BlobType.Data, ObjectId.Of(TestRepository.Noise(7, 30_000)), Cancellation));
        Assert.False(repository.ContainsBlob(BlobType.Data, ObjectId.Of(TestRepository.Noise(1, 30_000))));
    }

    [Fact]
    public async Task Our_locks_keep_stock_restic_out_and_let_it_in_afterwards()
    {
        await using var backend = Backend();
        await using var repository = await TestRepository.InitAsync(backend, TestRepository.Options with { HostName = "our-pod" });

        await using (await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), Cancellation))
        {
            var (exitCode, output) = await Restic().RunAsync("snapshots");
            Assert.NotEqual(0, exitCode);
            Assert.Contains("our-pod", output, StringComparison.Ordinal);
        }

        await using (await RepositoryLock.AcquireAsync(repository, LockMode.Shared, new LockOptions(), Cancellation))
        {
            await Restic().MustAsync("snapshots");
            Assert.NotEqual(0, (await Restic().RunAsync("prune")).ExitCode);
        }

        await Restic().MustAsync("prune");
    }

    [Fact]
    public async Task A_running_stock_restic_keeps_our_exclusive_lock_out()
    {
        await using var backend = Backend();
        await using var repository = await TestRepository.InitAsync(backend);
        using var release = new CancellationTokenSource();
        var started = new TaskCompletionSource();

        // A backup of standard input that is still open holds its shared lock.
        var backup = Restic().RunWithOpenInputAsync(["backup", "--stdin"], started, release.Token);
        await started.Task.WaitAsync(Cancellation);
        while ((await RepositoryLock.ListAsync(repository, new LockOptions(), Cancellation)).Count == 0)
        {
            await Task.Yield();
        }

        var error = await Assert.ThrowsAsync<RepositoryException>(
            () => RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), Cancellation));
        await using (await RepositoryLock.AcquireAsync(repository, LockMode.Shared, new LockOptions(), Cancellation))
        {
            await release.CancelAsync();
            Assert.Equal(0, await backup);
        }

        Assert.Equal(RepositoryErrorKind.Locked, error.Kind);
        await using var exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), Cancellation);
        Assert.Single(await repository.ListSnapshotsAsync(Cancellation));
    }

    [Fact]
    public async Task A_key_that_we_removed_does_not_open_for_stock_restic_any_more()
    {
        await using var backend = Backend();
        await using var repository = await TestRepository.InitAsync(backend);
        var added = await repository.AddKeyAsync("second", Cancellation);
        await Restic("second").MustAsync("snapshots");

        await repository.RemoveKeyAsync(added, Cancellation);

        Assert.Contains("wrong password", (await Restic("second").RunAsync("snapshots")).Output, StringComparison.Ordinal);
        await Restic().MustAsync("key", "list");
    }

    private async Task MakeWithStockResticAsync()
    {
        Directory.CreateDirectory(_temporary.Sub("source"));
        await File.WriteAllTextAsync(_temporary.Sub("source/kept"), "stays", Cancellation);
        await Restic().MustAsync("init");
        for (var i = 1; i <= 2; i++)
        {
            await File.WriteAllBytesAsync(_temporary.Sub("source/changing"), TestRepository.Noise(i, 2_000_000), Cancellation);
            await Restic().MustAsync("backup", _temporary.Sub("source"));
        }
    }
}
