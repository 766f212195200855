using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Tests.Reliability.Faults;

/// <summary>Each fault happens: a run against a store without faults would prove nothing.</summary>
public sealed class FaultyBackendTests
{
    [Fact]
    public async Task Every_plan_causes_faults_or_failures_in_some_run()
    {
        foreach ((string name, FaultPlan plan) in FaultPlan.All)
        {
            bool happened = false;
            for (int seed = 1; seed <= 10 && !happened; seed++)
            {
                using FaultRun run = new(plan, seed);
                await run.RunAsync(steps: 2);
                happened = run.Faults > 0 || run.Failures.Count > 0;
            }

            Assert.True(happened, name);
        }
    }

    [Fact]
    public async Task Reads_are_short_or_flipped_and_what_is_stored_stays_true()
    {
        MemoryBackend inner = new();
        await using FaultyBackend faulty = new(inner, 1);
        byte[] content = [1, 2, 3, 4];
        await inner.SaveAsync("data/x", content, TestContext.Current.CancellationToken);

        faulty.Plan = new FaultPlan { ShortReads = 1 };
        byte[] shortened = await faulty.LoadAsync("data/x", 0, -1, TestContext.Current.CancellationToken);
        faulty.Plan = new FaultPlan { FlippedBits = 1 };
        byte[] flipped = await faulty.LoadAsync("data/x", 0, -1, TestContext.Current.CancellationToken);
        await faulty.SettleAsync();

        Assert.True(shortened.Length < 4);
        Assert.NotEqual(content, flipped);
        Assert.Equal(content, await faulty.LoadAsync("data/x", 0, -1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_late_write_fails_and_arrives_and_a_listing_hides_a_file_once()
    {
        MemoryBackend inner = new();
        await using FaultyBackend faulty = new(inner, 1) { Plan = new FaultPlan { LateWrites = 1 } };

        await Assert.ThrowsAsync<RepositoryException>(() => faulty.SaveAsync("data/x", new byte[] { 1 }, TestContext.Current.CancellationToken));
        await faulty.SettleAsync();
        faulty.Plan = new FaultPlan { VanishingFiles = 1 };
        int first = await faulty.ListAsync("data", TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken);
        int second = await faulty.ListAsync("data", TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (first, second));
    }
}
