using BackupServer.Repository.Backends;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Pruning;

public sealed class PruneTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LockOptions Quick = new() { SettleTime = TimeSpan.Zero };
    private static readonly PruneOptions Everything = new() { MaximumUnused = 0 };

    /// <summary>Small packs, so that a few files make many of them.</summary>
    private static readonly RepositoryOptions SmallPacks = TestRepository.Options with { PackSize = 20_000 };

    private readonly MemoryBackend _backend = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_where_all_is_needed_needs_no_prune()
    {
        await MakeAsync(_backend, snapshots: 2);

        var plan = await PlanAsync(_backend, new PruneOptions());

        Assert.True(plan.IsEmpty, plan.ToString());
        Assert.Equal(0, plan.UnusedBytes);
    }

    [Fact]
    public async Task Making_a_plan_changes_nothing_and_it_says_what_it_will_do()
    {
        await MakeAsync(_backend, snapshots: 3);
        await ForgetAsync(_backend, 2);
        var before = _backend.Files.Keys.Order(StringComparer.Ordinal).ToList();

        var plan = await PlanAsync(_backend, Everything);

        Assert.Equal(before, _backend.Files.Keys.Order(StringComparer.Ordinal));
        Assert.NotEmpty(plan.Repacked);
        Assert.Contains("write anew", plan.ToString(), StringComparison.Ordinal);
        Assert.Contains(plan.Repacked[0].Id.ToString(), plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_prune_only_what_snapshots_need_is_left_and_everything_of_it_is_readable()
    {
        await MakeAsync(_backend, snapshots: 4);
        await ForgetAsync(_backend, 3);
        var before = DataBytes(_backend);

        var plan = await PruneAsync(_backend, Everything);

        await MustBeSoundAsync(_backend, snapshots: 1);
        Assert.True(DataBytes(_backend) < before);
        Assert.Equal(before - DataBytes(_backend), plan.FreedBytes, 10_000d);
        var again = await PlanAsync(_backend, Everything);
        Assert.Equal(0, again.UnusedBytes + again.DuplicateBytes);
        Assert.True(again.IsEmpty, again.ToString());
    }

    [Fact]
    public async Task What_may_stay_unused_stays()
    {
        await MakeAsync(_backend, snapshots: 4);
        await ForgetAsync(_backend, 1);

        var plan = await PlanAsync(_backend, new PruneOptions { MaximumUnused = 1000 });

        Assert.Empty(plan.Repacked);
        Assert.True(plan.RemainingUnusedBytes > 0);
    }

    [Fact]
    public async Task No_more_is_written_anew_than_allowed()
    {
        await MakeAsync(_backend, snapshots: 4);
        await ForgetAsync(_backend, 3);

        var plan = await PlanAsync(_backend, Everything with { MaximumRepack = 20_000 });

        Assert.InRange(plan.RepackedBytes, 1, 20_000);
    }

    [Fact]
    public async Task A_repository_without_snapshots_is_emptied()
    {
        await MakeAsync(_backend, snapshots: 2);
        await ForgetAsync(_backend, 2);

        await PruneAsync(_backend, new PruneOptions());

        Assert.DoesNotContain(_backend.Files.Keys, static path => path.StartsWith("data/", StringComparison.Ordinal));
        Assert.DoesNotContain(_backend.Files.Keys, static path => path.StartsWith("index/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Small_packs_and_indexes_are_merged_when_there_are_many()
    {
        await using (var repository = await TestRepository.InitAsync(_backend))
        {
            for (var i = 0; i < 12; i++)
            {
                await TestRepository.BackUpAsync(repository, Now.AddHours(i), [("file", [TestRepository.Noise(i, 1000)])]);
            }
        }

        await PruneAsync(_backend, new PruneOptions());

        await MustBeSoundAsync(_backend, snapshots: 12);
        Assert.Equal(2, _backend.Files.Keys.Count(static path => path.StartsWith("data/", StringComparison.Ordinal)));
        Assert.InRange(_backend.Files.Keys.Count(static path => path.StartsWith("index/", StringComparison.Ordinal)), 1, 2);
    }

    [Fact]
    public async Task A_pack_with_data_and_trees_is_taken_apart()
    {
        await using (var repository = await TestRepository.InitAsync(_backend))
        {
            var pack = new PackBuilder(1000);
            var data = Add(repository, pack, BlobType.Data, "content"u8.ToArray());
            var tree = Add(repository, pack, BlobType.Tree, TreeCodec.Encode([TestRepository.FileNode("file", [data], 7)]));
            var (finished, bytes) = pack.Finish(repository.Sealer);
            await _backend.SaveAsync(RepositoryPaths.Pack(finished.Id), bytes, Cancellation);
            var index = BackupServer.Repository.Indexing.IndexEncoder.Encode([finished]);
            await repository.Documents.SaveAsync(RepositoryPaths.Index, index, Cancellation);
            await repository.SaveSnapshotAsync(new Snapshot { Time = Now, Tree = tree, Paths = ["/"] }, Cancellation);
        }

        var plan = await PruneAsync(_backend, new PruneOptions());

        Assert.Contains("data and trees", Assert.Single(plan.Repacked).Reason, StringComparison.Ordinal);
        await MustBeSoundAsync(_backend, snapshots: 1);
    }

    [Theory]
    [InlineData("data/")]
    [InlineData("index/")]
    [InlineData("snapshots/")]
    public async Task Nothing_is_pruned_while_something_needed_is_damaged(string directory)
    {
        await MakeAsync(_backend, snapshots: 3);
        await ForgetAsync(_backend, 1);
        foreach (var path in _backend.Files.Keys.Where(path => path.StartsWith(directory, StringComparison.Ordinal)).ToList())
        {
            _backend.Files[path] = [.. _backend.Files[path][..^40], .. new byte[39]];
        }

        var before = _backend.Files.Count;
        var error = await Assert.ThrowsAsync<RepositoryException>(async () =>
        {
            await using var repository = await Repository.OpenAsync(
                _backend, TestRepository.Password, SmallPacks, TimeProvider.System, Cancellation);
            await using var exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation);
            await PrunePlan.CreateAsync(repository, exclusive, Everything, Cancellation);
        });

        Assert.Equal(RepositoryErrorKind.Damaged, error.Kind);
        Assert.Equal(before, _backend.Files.Count);
    }

    [Fact]
    public async Task A_blob_that_is_found_damaged_while_it_is_copied_stops_the_prune_and_nothing_is_lost()
    {
        await MakeAsync(_backend, snapshots: 4);
        await ForgetAsync(_backend, 3);
        var plan = await PlanAsync(_backend, Everything);
        var victim = RepositoryPaths.Pack(plan.Repacked.First(pack => _backend.Files[RepositoryPaths.Pack(pack.Id)].Length > 20_000).Id);
        var bytes = _backend.Files[victim].ToArray();
        Array.ForEach([.. Enumerable.Range(0, bytes.Length / 100)], i => bytes[i * 100] ^= 1);
        _backend.Files[victim] = bytes;
        var before = _backend.Files.Keys.Where(static path => path.StartsWith("data/", StringComparison.Ordinal)).ToList();

        var error = await Assert.ThrowsAsync<RepositoryException>(() => PruneAsync(_backend, Everything));

        Assert.Contains("every snapshot is as it was", error.Message, StringComparison.Ordinal);
        Assert.All(before, path => Assert.Contains(path, _backend.Files.Keys));
    }

    [Fact]
    public async Task A_prune_needs_the_exclusive_lock()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        await using var shared = await RepositoryLock.AcquireAsync(repository, LockMode.Shared, Quick, Cancellation);

        await Assert.ThrowsAsync<InvalidOperationException>(() => PrunePlan.CreateAsync(repository, shared, Everything, Cancellation));
    }

    [Fact]
    public async Task Killed_at_any_operation_it_leaves_every_snapshot_readable_and_the_next_prune_finishes()
    {
        await MakeAsync(_backend, snapshots: 8);
        await ForgetAsync(_backend, 6);
        _backend.Files[RepositoryPaths.Pack(ObjectId.Of("orphan"u8))] = "orphan"u8.ToArray();

        var died = 0;
        for (var operations = 1; ; operations++)
        {
            var copy = new MemoryBackend();
            foreach (var (path, content) in _backend.Files)
            {
                copy.Files[path] = content;
            }

            var killed = new FailingBackend(copy, operations);
            if (!await TryPruneAsync(killed))
            {
                died++;
                await MustBeSoundAsync(copy, snapshots: 2);
                RemoveLocks(copy);
                await PruneAsync(copy, Everything);
            }

            await MustBeSoundAsync(copy, snapshots: 2);
            var left = await PlanAsync(copy, Everything);
            Assert.Equal(0, left.UnusedBytes + left.DuplicateBytes);
            Assert.Empty(left.Unindexed);
            if (!killed.Died)
            {
                break;
            }
        }

        Assert.True(died > 15, $"only {died} moments were tried");
    }

    private static ObjectId Add(Repository repository, PackBuilder pack, BlobType type, byte[] plaintext)
    {
        var blob = new BlobHandle(type, ObjectId.Of(plaintext));
        using var content = repository.Codec.Seal(new IdentifiedBlob(blob, plaintext, Fingerprint: null));
        pack.Add(blob, content.Bytes.Span, content.UncompressedLength);

        return blob.Id;
    }

    /// <summary>Every snapshot has files of its own and shares some with the one before; packs hold blobs of both.</summary>
    private static async Task MakeAsync(IRepositoryBackend backend, int snapshots)
    {
        await using var repository = await TestRepository.InitAsync(backend, SmallPacks);
        for (var i = 0; i < snapshots; i++)
        {
            var files = Enumerable.Range(i * 3, 20).Select(static number => ($"file{number:000}", new[] { TestRepository.Noise(number, 6000) }));
            await TestRepository.BackUpAsync(repository, Now.AddDays(i), files);
        }
    }

    private static async Task ForgetAsync(IRepositoryBackend backend, int oldest)
    {
        await using var repository = await TestRepository.OpenAsync(backend, SmallPacks);
        foreach (var snapshot in (await repository.ListSnapshotsAsync(Cancellation)).Take(oldest))
        {
            await repository.DeleteSnapshotAsync(snapshot.Id, Cancellation);
        }
    }

    private static async Task<PrunePlan> PlanAsync(IRepositoryBackend backend, PruneOptions options)
    {
        await using var repository = await TestRepository.OpenAsync(backend, SmallPacks);
        await using var exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation);

        return await PrunePlan.CreateAsync(repository, exclusive, options, Cancellation);
    }

    private static async Task<PrunePlan> PruneAsync(IRepositoryBackend backend, PruneOptions options)
    {
        await using var repository = await TestRepository.OpenAsync(backend, SmallPacks);
        await using var exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation);
        var plan = await PrunePlan.CreateAsync(repository, exclusive, options, Cancellation);
        var result = await plan.ExecuteAsync(exclusive, Cancellation);

        Assert.Empty(result.NotRemoved);
        return plan;
    }

    private static async Task<bool> TryPruneAsync(FailingBackend backend)
    {
        try
        {
            await PruneAsync(backend, Everything);
            return !backend.Died;
        }
        catch (Exception) when (backend.Died)
        {
            return false;
        }
    }

    private static async Task MustBeSoundAsync(IRepositoryBackend backend, int snapshots)
    {
        await using var repository = await TestRepository.OpenAsync(backend, SmallPacks);
        var report = await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);

        Assert.Empty(report.Problems);
        Assert.Equal(snapshots, report.Snapshots);
    }

    private static void RemoveLocks(MemoryBackend backend)
    {
        foreach (var path in backend.Files.Keys.Where(static path => path.StartsWith("locks/", StringComparison.Ordinal)).ToList())
        {
            backend.Files.Remove(path);
        }
    }

    private static long DataBytes(MemoryBackend backend) =>
        backend.Files.Where(static file => file.Key.StartsWith("data/", StringComparison.Ordinal)).Sum(static file => file.Value.Length);
}
