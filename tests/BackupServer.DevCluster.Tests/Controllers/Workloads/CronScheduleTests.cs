using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Tests.Controllers.Workloads;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2024-02-28T23:59:30Z", "2024-02-29T00:00:00Z")]
    [InlineData("0 3 * * *", "2024-02-28T03:00:00Z", "2024-02-29T03:00:00Z")]
    [InlineData("*/15 9-17 * * mon-fri", "2024-03-01T17:50:00Z", "2024-03-04T09:00:00Z")]
    [InlineData("0 0 29 feb *", "2024-03-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 13 * fri", "2024-09-10T00:00:00Z", "2024-09-13T00:00:00Z")]
    [InlineData("5/20 * * * *", "2024-01-01T00:26:00Z", "2024-01-01T00:45:00Z")]
    [InlineData("@weekly", "2024-01-03T00:00:00Z", "2024-01-07T00:00:00Z")]
    public void The_next_time_is_the_first_one_that_matches(string text, string after, string expected)
    {
        var next = CronSchedule.Parse(text).Next(DateTimeOffset.Parse(after), TimeZoneInfo.Utc);

        Assert.Equal(DateTimeOffset.Parse(expected), next);
    }

    [Fact]
    public void A_time_the_clock_skips_comes_on_the_next_day()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        var next = CronSchedule.Parse("30 2 * * *").Next(DateTimeOffset.Parse("2024-03-30T02:00:00Z"), berlin);

        Assert.Equal(DateTimeOffset.Parse("2024-04-01T00:30:00Z"), next);
    }

    [Theory]
    [InlineData("* * * *")]
    [InlineData("60 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("x * * * *")]
    public void What_is_no_schedule_is_refused(string text)
    {
        Assert.Throws<FormatException>(() => CronSchedule.Parse(text));
    }
}
