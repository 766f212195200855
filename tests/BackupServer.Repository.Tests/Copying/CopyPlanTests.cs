using BackupServer.Repository.Backends;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Copying;
using BackupServer.Repository.Tests.Reliability.Faults;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Copying;

public sealed class CopyPlanTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_operation_a_copy_is_finished_by_the_next_without_storing_anything_twice()
    {
        await using var source = await SourceAsync();
        var snapshots = await source.ListSnapshotsAsync(Cancellation);
        for (var operations = 0; ; operations++)
        {
            var inner = new MemoryBackend();
            await (await TestRepository.InitAsync(inner)).DisposeAsync();
            var dying = new FailingBackend(inner, operations);
            var finished = await TryCopyAsync(source, dying);

            await using var destination = await TestRepository.OpenAsync(inner);
            var plan = await CopyPlan.CreateAsync(source, destination, snapshots, Cancellation);
            Assert.Equal(finished, plan.Snapshots.Count == 0);
            await plan.ExecuteAsync(null, Cancellation);

            var report = await new RepositoryChecker(destination, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
            Assert.Empty(report.Problems);
            Assert.Equal(snapshots.Select(static snapshot => snapshot.Tree), (await destination.ListSnapshotsAsync(Cancellation)).Select(static snapshot => snapshot.Tree));
            if (finished)
            {
                Assert.True(operations >= 3, $"{operations} operations were enough");
                return;
            }
        }
    }

    [Fact]
    public async Task Only_what_the_destination_lacks_is_copied()
    {
        await using var source = await SourceAsync();
        await using var destination = await TestRepository.InitAsync(new MemoryBackend());
        await destination.SaveBlobAsync(BlobType.Data, TestRepository.Noise(1, 100_000), Cancellation);
        await destination.FlushAsync(Cancellation);

        var plan = await CopyPlan.CreateAsync(source, destination, await source.ListSnapshotsAsync(Cancellation), Cancellation);
        var progress = new List<CopyProgress>();
        await plan.ExecuteAsync(new Collecting(progress), Cancellation);

        // Two different files and two trees for each of two snapshots, less the one that was there; the large file is in both.
        Assert.Equal(6, plan.Blobs);
        Assert.InRange(plan.Bytes, 200_000, 220_000);
        Assert.Equal(plan.Blobs, progress[^1].Blobs);
        Assert.Equal(plan.Bytes, progress.Max(static value => value.Bytes));
    }

    [Fact]
    public async Task The_same_polynomial_can_be_had_in_a_new_repository()
    {
        await using var source = await SourceAsync();

        await using var same = await TestRepository.InitAsync(new MemoryBackend(), TestRepository.Options with { ChunkerPolynomial = source.ChunkerPolynomial });
        await using var other = await TestRepository.InitAsync(new MemoryBackend());

        Assert.True((await CopyPlan.CreateAsync(source, same, [], Cancellation)).SameChunker);
        Assert.False((await CopyPlan.CreateAsync(source, other, [], Cancellation)).SameChunker);
    }

    [Fact]
    public async Task A_store_that_reads_short_ends_a_copy_in_words_or_not_at_all()
    {
        var finished = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var store = new MemoryBackend();
            await using (await SourceAsync(store))
            {
                await using var faulty = new FaultyBackend(store, seed);
                await using var source = await TestRepository.OpenAsync(faulty);
                await using var destination = await TestRepository.InitAsync(new MemoryBackend());
                var plan = await CopyPlan.CreateAsync(source, destination, await source.ListSnapshotsAsync(Cancellation), Cancellation);
                faulty.Plan = new FaultPlan { ShortReads = 0.3 };

                var failure = await Record.ExceptionAsync(() => plan.ExecuteAsync(null, Cancellation));

                Assert.True(failure is null or RepositoryException, $"seed {seed}: {failure}");
                finished += failure is null ? 1 : 0;
            }
        }

        Assert.InRange(finished, 1, 59);
    }

    [Fact]
    public async Task A_blob_that_is_damaged_in_one_pack_is_copied_from_another()
    {
        var backend = new MemoryBackend();
        await using var first = await TestRepository.InitAsync(backend);
        await using var second = await TestRepository.OpenAsync(backend);
        // Two writers at once store the same: each pack has a copy.
        await TestRepository.BackUpAsync(first, DateTimeOffset.UnixEpoch, [("file", [TestRepository.Noise(1, 50_000), TestRepository.Noise(2, 50_000)])]);
        await TestRepository.BackUpAsync(second, DateTimeOffset.UnixEpoch.AddDays(1), [("file", [TestRepository.Noise(1, 50_000), TestRepository.Noise(2, 50_000)])]);
        var pack = backend.Files.Where(static file => file.Key.StartsWith("data/", StringComparison.Ordinal)).MaxBy(static file => file.Value.Length).Key;
        backend.Files[pack][100] ^= 1;
        await using var source = await TestRepository.OpenAsync(backend);
        await using var destination = await TestRepository.InitAsync(new MemoryBackend());

        await (await CopyPlan.CreateAsync(source, destination, await source.ListSnapshotsAsync(Cancellation), Cancellation)).ExecuteAsync(null, Cancellation);

        Assert.Equal(TestRepository.Noise(1, 50_000), await destination.LoadBlobAsync(BlobType.Data, ObjectId.Of(TestRepository.Noise(1, 50_000)), Cancellation));
    }

    private static async Task<Repository> SourceAsync(MemoryBackend? store = null)
    {
        var repository = await TestRepository.InitAsync(store ?? new MemoryBackend(), TestRepository.Options with { PackSize = 150_000 });
        for (var i = 0; i < 2; i++)
        {
            await TestRepository.BackUpAsync(
                repository, DateTimeOffset.UnixEpoch.AddDays(i), [("both", [TestRepository.Noise(1, 100_000)]), ("own", [TestRepository.Noise(2 + i, 100_000)])]);
        }

        return repository;
    }

    private static async Task<bool> TryCopyAsync(Repository source, FailingBackend backend)
    {
        try
        {
            await using var destination = await TestRepository.OpenAsync(backend);
            var plan = await CopyPlan.CreateAsync(source, destination, await source.ListSnapshotsAsync(Cancellation), Cancellation);
            await plan.ExecuteAsync(null, Cancellation);
            return true;
        }
        catch (Exception e) when (backend.Died && e is IOException or RepositoryException)
        {
            return false;
        }
    }

    private sealed class Collecting(List<CopyProgress> values) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value)
        {
            lock (values)
            {
                values.Add(value);
            }
        }
    }
}
