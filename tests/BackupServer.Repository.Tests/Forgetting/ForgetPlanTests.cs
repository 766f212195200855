using BackupServer.Repository.Backends;
using BackupServer.Repository.Forgetting;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Forgetting;

public sealed class ForgetPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Snapshot Snapshot(int daysAgo, string host = "a", string path = "/data", params string[] tags) => new()
    {
        Id = ObjectId.Of(BitConverter.GetBytes(HashCode.Combine(daysAgo, host, path))),
        Time = Now.AddDays(-daysAgo),
        Tree = ObjectId.Of("tree"u8),
        Paths = [path],
        HostName = host,
        Tags = tags,
    };

    [Fact]
    public void Each_host_and_set_of_paths_is_a_series_of_its_own()
    {
        var plan = ForgetPlan.Create(
            [Snapshot(1), Snapshot(2), Snapshot(3, "b"), Snapshot(4, "a", "/other")], new RetentionPolicy { KeepLast = 1 }, TimeZoneInfo.Utc, Now);

        Assert.Equal(3, plan.Groups.Count);
        Assert.Equal(Snapshot(2).Id, Assert.Single(plan.Removed).Id);
    }

    [Fact]
    public void The_last_snapshot_of_a_series_is_never_forgotten_by_a_policy()
    {
        var policy = new RetentionPolicy { KeepTags = ["keep"] };

        var error = Assert.Throws<RepositoryException>(() => ForgetPlan.Create([Snapshot(1), Snapshot(2)], policy, TimeZoneInfo.Utc, Now));

        Assert.Equal(RepositoryErrorKind.Refused, error.Kind);
        Assert.Contains("/data on a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tag_keeps_what_no_count_would()
    {
        var policy = new RetentionPolicy { KeepLast = 1, KeepTags = ["keep"] };

        var plan = ForgetPlan.Create([Snapshot(1), Snapshot(2), Snapshot(9, "a", "/data", "keep")], policy, TimeZoneInfo.Utc, Now);

        Assert.Equal(Snapshot(2).Id, Assert.Single(plan.Removed).Id);
        Assert.Equal(["tag keep"], plan.Groups[0].Plan.Kept[^1].Reasons);
    }

    [Fact]
    public void A_snapshot_from_the_future_does_not_push_the_others_out()
    {
        var policy = new RetentionPolicy { KeepWithin = RetentionPeriod.Parse("7d") };

        var plan = ForgetPlan.Create([Snapshot(-400), Snapshot(1), Snapshot(3), Snapshot(30)], policy, TimeZoneInfo.Utc, Now);

        Assert.Equal(Snapshot(30).Id, Assert.Single(plan.Removed).Id);
    }

    [Fact]
    public async Task Executing_removes_the_snapshot_files_and_nothing_else()
    {
        var backend = new MemoryBackend();
        await using var repository = await TestRepository.InitAsync(backend);
        for (var day = 0; day < 3; day++)
        {
            await TestRepository.BackUpAsync(repository, Now.AddDays(day), [("file", [[(byte)day]])]);
        }

        var packs = backend.Files.Keys.Count(static path => path.StartsWith("data/", StringComparison.Ordinal));
        await using var exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), Cancellation);
        var plan = ForgetPlan.Create(
            await repository.ListSnapshotsAsync(Cancellation), new RetentionPolicy { KeepLast = 1 }, TimeZoneInfo.Utc, Now.AddDays(9));

        await plan.ExecuteAsync(repository, exclusive, Cancellation);

        Assert.Equal(Now.AddDays(2), Assert.Single(await repository.ListSnapshotsAsync(Cancellation)).Time);
        Assert.Equal(packs, backend.Files.Keys.Count(static path => path.StartsWith("data/", StringComparison.Ordinal)));
    }
}
