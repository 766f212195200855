using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Tests.Controllers.Workloads;

public sealed class RolloutPlanTests
{
    [Theory]
    [InlineData("25%", "25%", 4, 1, 1)]
    [InlineData("25%", "25%", 3, 1, 0)]
    [InlineData("0", "0%", 3, 0, 1)]
    [InlineData("2", "1", 10, 2, 1)]
    public void Surge_is_rounded_up_and_unavailability_down_and_one_of_them_is_never_zero(string surge, string unavailable, int replicas, int expectedSurge, int expectedUnavailable)
    {
        Assert.Equal((expectedSurge, expectedUnavailable), RolloutPlan.Limits(surge, unavailable, replicas));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(3, 2)]
    public void A_rollout_ends_with_all_replicas_new_and_never_goes_below_the_limit(int surge, int unavailable)
    {
        const int desired = 5;
        var (fresh, freshAvailable, old) = (0, 0, desired);

        for (var step = 0; step < 50 && (fresh < desired || old > 0); step++)
        {
            fresh = RolloutPlan.NextNew(desired, surge, fresh, fresh + old);
            old -= Math.Min(old, RolloutPlan.OldToRemove(desired, unavailable, fresh + old, fresh, freshAvailable));
            Assert.True(freshAvailable + old >= desired - unavailable);
            Assert.True(fresh + old <= desired + surge);
            freshAvailable = fresh;
        }

        Assert.Equal((desired, 0), (fresh, old));
    }

    [Theory]
    [InlineData("0-3,7", "0-3,7")]
    [InlineData("1,0,2", "0-2")]
    [InlineData("4,5", "4,5")]
    [InlineData("", "")]
    public void Completed_indexes_are_written_as_ranges(string text, string expected)
    {
        Assert.Equal(expected, JobPods.FormatIndexes(JobPods.ParseIndexes(text)));
    }
}
