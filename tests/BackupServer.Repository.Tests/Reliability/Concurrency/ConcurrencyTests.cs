using BackupServer.Repository.Archiving;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Files;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Concurrency;

public sealed class ConcurrencyTests : IDisposable
{
    private static readonly LockOptions Locks = new()
    {
        SettleTime = TimeSpan.FromMilliseconds(20),
        WaitFor = TimeSpan.FromMinutes(2),
        RetryInterval = TimeSpan.FromMilliseconds(20),
    };

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_writers_at_once_both_commit_and_the_repository_is_clean_for_both_programs()
    {
        await InitAsync();
        Task[] writers = [.. Enumerable.Range(0, 2).Select(writer => Task.Run(
            async () =>
            {
                for (int round = 0; round < 3; round++)
                {
                    MakeSource(writer, round);
                    await BackUpAsync(writer);
                }
            },
            Cancellation))];

        await Task.WhenAll(writers);

        IReadOnlyList<Snapshot> snapshots = await AssertWholeAsync();
        Assert.Equal(6, snapshots.Count);
        await AssertNewestEqualsSourceAsync(0);
        await AssertNewestEqualsSourceAsync(1);
    }

    [Fact]
    public async Task Writers_beside_prunes_wait_for_each_other_and_nothing_is_lost()
    {
        await InitAsync();
        MakeSource(0, 0);
        await BackUpAsync(0);
        int prunes = 0;
        Task writer = Task.Run(
            async () =>
            {
                for (int round = 1; round < 5; round++)
                {
                    MakeSource(0, round);
                    await BackUpAsync(0);
                }
            },
            Cancellation);
        Task pruner = Task.Run(
            async () =>
            {
                while (!writer.IsCompleted || prunes == 0)
                {
                    await ForgetAndPruneAsync();
                    prunes++;
                }
            },
            Cancellation);

        await Task.WhenAll(writer, pruner);

        Assert.True(prunes > 0);
        Assert.NotEmpty(await AssertWholeAsync());
        await AssertNewestEqualsSourceAsync(0);
    }

    [Fact]
    public async Task Ten_readers_beside_a_writer_all_restore_what_was_committed()
    {
        await InitAsync();
        MakeSource(0, 0);
        Snapshot snapshot = await BackUpAsync(0);
        MakeSource(1, 0);
        Task<Snapshot> writer = Task.Run(() => BackUpAsync(1), Cancellation);
        Task[] readers = [.. Enumerable.Range(0, 10).Select(reader => Task.Run(() => RestoreAsync(snapshot, $"reader-{reader}"), Cancellation))];

        await Task.WhenAll([writer, .. readers]);

        for (int reader = 0; reader < 10; reader++)
        {
            AssertEqual("source-0", $"reader-{reader}");
        }

        await AssertWholeAsync();
    }

    [Fact]
    public async Task Stock_restic_and_we_write_at_once()
    {
        await InitAsync();
        MakeSource(0, 0);
        MakeSource(1, 0);
        StockRestic stock = new(_folder["repository"], TestRepository.Password, _folder.MakeDirectory("tmp"));

        await Task.WhenAll(Task.Run(() => BackUpAsync(0), Cancellation), stock.MustAsync("backup", "--quiet", _folder["source-1"]));

        Assert.Equal(2, (await AssertWholeAsync()).Count);
        await AssertNewestEqualsSourceAsync(0);
    }

    private async Task InitAsync()
    {
        await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
        await (await TestRepository.InitAsync(backend)).DisposeAsync();
    }

    private void MakeSource(int writer, int round)
    {
        string source = _folder.MakeDirectory($"source-{writer}");
        for (int i = 0; i < 40; i++)
        {
            // Half of it both writers have, so that they store the same blobs at the same time.
            File.WriteAllBytes(Path.Combine(source, $"file-{i}"), AwkwardTree.RandomBytes(30_000, (round * 100) + i + (i % 2 == 0 ? 0 : writer * 1000)));
        }
    }

    private async Task<T> WithAsync<T>(LockMode mode, Func<Repository, RepositoryLock, Task<T>> work)
    {
        await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
        RepositoryOptions options = TestRepository.Options with { PackSize = 100_000 };
        await using Repository repository = await Repository.OpenAsync(backend, TestRepository.Password, options, TimeProvider.System, Cancellation);
        await using RepositoryLock held = await RepositoryLock.AcquireAsync(repository, mode, Locks, Cancellation);
        await repository.LoadIndexAsync(Cancellation);
        return await work(repository, held);
    }

    private Task<Snapshot> BackUpAsync(int writer) => WithAsync(LockMode.Shared, async (repository, _) =>
    {
        ArchiveOptions options = new() { Root = new ArchiveRoot(_folder[$"source-{writer}"], "data"), HostName = $"writer-{writer}" };
        ArchiveResult result = await new Archiver(repository).ArchiveAsync(options, Cancellation);
        Assert.Empty(result.Problems);
        return result.Snapshot;
    });

    private Task<RestoreResult> RestoreAsync(Snapshot snapshot, string target) => WithAsync(LockMode.Shared, (repository, _) =>
        new Restorer(new SnapshotReader(repository, snapshot)).RestoreAsync(new RestoreOptions { Target = _folder[target], SubPath = "/data" }, Cancellation));

    private Task<PruneResult> ForgetAndPruneAsync() => WithAsync(LockMode.Exclusive, async (repository, exclusive) =>
    {
        IReadOnlyList<Snapshot> snapshots = await repository.ListSnapshotsAsync(Cancellation);
        foreach (Snapshot old in snapshots.Take(snapshots.Count - 1))
        {
            await repository.DeleteSnapshotAsync(old.Id, Cancellation);
        }

        PrunePlan plan = await PrunePlan.CreateAsync(repository, exclusive, new PruneOptions { MaximumUnused = 0 }, Cancellation);
        return await plan.ExecuteAsync(exclusive, Cancellation);
    });

    private async Task AssertNewestEqualsSourceAsync(int writer)
    {
        IReadOnlyList<Snapshot> snapshots = await WithAsync(LockMode.Shared, (repository, _) => repository.ListSnapshotsAsync(Cancellation));
        await RestoreAsync(snapshots.Last(snapshot => snapshot.HostName == $"writer-{writer}"), $"newest-{writer}");
        AssertEqual($"source-{writer}", $"newest-{writer}");
    }

    private void AssertEqual(string expected, string actual)
    {
        TreeComparison comparison = new TreeComparer().Compare(_folder[expected], _folder[actual], Cancellation);
        Assert.True(comparison.AreEqual, string.Join('\n', comparison.Differences));
    }

    private async Task<IReadOnlyList<Snapshot>> AssertWholeAsync()
    {
        CheckReport report = await WithAsync(LockMode.Shared, (repository, _) =>
            new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation));
        Assert.True(report.IsClean, string.Join('\n', report.Problems));
        StockRestic stock = new(_folder["repository"], TestRepository.Password, _folder.MakeDirectory("tmp"));
        Assert.Contains("no errors were found", await stock.MustAsync("check", "--read-data"), StringComparison.Ordinal);
        return await WithAsync(LockMode.Shared, (repository, _) => repository.ListSnapshotsAsync(Cancellation));
    }
}
