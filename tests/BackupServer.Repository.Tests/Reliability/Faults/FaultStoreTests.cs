using BackupServer.Repository.Backends;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Faults;

public sealed class FaultStoreTests
{
    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("BACKUPSERVER_FAULT_SEEDS") ?? "3", System.Globalization.CultureInfo.InvariantCulture);

    public static TheoryData<string, int> Runs => [.. FaultPlan.All.Keys.SelectMany(static plan => Enumerable.Range(1, Seeds).Select(seed => (plan, seed)))];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task With_a_store_that_misbehaves_every_step_is_right_or_fails_clearly_and_nothing_is_lost(string plan, int seed)
    {
        using FaultRun run = new(FaultPlan.All[plan], seed);

        await run.RunAsync(steps: 8);

        await run.FinishAsync();
    }

    [Fact]
    public async Task A_lock_whose_write_or_removal_got_no_answer_is_not_in_the_way_of_its_own_process()
    {
        await using FaultyBackend backend = new(new MemoryBackend(), 1);
        await using Repository repository = await TestRepository.InitAsync(backend);
        LockOptions options = new() { SettleTime = TimeSpan.Zero };
        backend.Plan = new FaultPlan { LateWrites = 1 };
        await Assert.ThrowsAsync<RepositoryException>(() => RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, options, Cancellation));
        await backend.SettleAsync();
        Assert.NotEmpty(await backend.ListAsync("locks", Cancellation).ToListAsync(Cancellation));

        RepositoryLock second = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, options, Cancellation);
        backend.Plan = new FaultPlan { Errors = 1 };
        await second.DisposeAsync();
        await backend.SettleAsync();
        await using RepositoryLock third = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, options, Cancellation);

        Assert.Single(await backend.ListAsync("locks", Cancellation).ToListAsync(Cancellation));
    }

    [Theory]
    [InlineData("snapshots", true)]
    [InlineData("snapshots", false)]
    [InlineData("index", true)]
    [InlineData("index", false)]
    public async Task A_prune_to_which_a_listing_did_not_show_a_snapshot_or_index_removes_nothing_that_it_needs(string directory, bool beforeThePlan)
    {
        MemoryBackend memory = new();
        await using Repository repository = await TestRepository.InitAsync(memory);
        await TestRepository.BackUpAsync(repository, DateTimeOffset.UnixEpoch, [("old", [TestRepository.Noise(1, 5000)])]);
        await TestRepository.BackUpAsync(repository, DateTimeOffset.UnixEpoch.AddDays(1), [("new", [TestRepository.Noise(2, 5000)])]);
        await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions { SettleTime = TimeSpan.Zero }, Cancellation);
        string hidden = memory.Files.Keys.First(path => path.StartsWith(directory + "/", StringComparison.Ordinal));
        string other = memory.Files.Keys.Last(path => path.StartsWith(directory + "/", StringComparison.Ordinal));
        byte[] content = memory.Files[hidden];
        Dictionary<string, byte[]> before = new(memory.Files);

        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(async () =>
        {
            _ = beforeThePlan && memory.Files.Remove(hidden);
            PrunePlan plan = await PrunePlan.CreateAsync(repository, exclusive, new PruneOptions { MaximumUnused = 0 }, Cancellation);
            memory.Files[beforeThePlan ? hidden : $"{directory}/{ObjectId.Of("somebody else's"u8)}"] = content;
            await plan.ExecuteAsync(exclusive, Cancellation);
        });

        Assert.True(refused.Kind is RepositoryErrorKind.Refused or RepositoryErrorKind.Damaged, refused.Message);
        Assert.NotEqual(hidden, other);
        Assert.All(before.Where(file => file.Key != hidden), file => Assert.Equal(file.Value, memory.Files[file.Key]));
    }

    [Fact]
    public async Task A_bit_that_changed_on_the_way_is_read_again()
    {
        await using FaultyBackend backend = new(new MemoryBackend(), 7);
        await using Repository writer = await TestRepository.InitAsync(backend);
        await TestRepository.BackUpAsync(writer, DateTimeOffset.UnixEpoch, [("file", [TestRepository.Noise(1, 5000)])]);
        ObjectId id = ObjectId.Of(TestRepository.Noise(1, 5000));
        backend.Plan = new FaultPlan { FlippedBits = 0.2 };
        int right = 0;

        for (int i = 0; i < 50; i++)
        {
            Exception? damaged = await Record.ExceptionAsync(async () => Assert.Equal(TestRepository.Noise(1, 5000), await writer.LoadBlobAsync(BlobType.Data, id, Cancellation)));
            right += damaged is null ? 1 : 0;
            Assert.True(damaged is null or RepositoryException { Kind: RepositoryErrorKind.Damaged }, damaged?.ToString());
        }

        Assert.InRange(backend.Faults, 5, 50);
        Assert.InRange(right, 50 - (backend.Faults / 2), 50);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
