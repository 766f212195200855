using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Schedules;

namespace BackupServer.Abstractions.Tests.Schedules;

public sealed class ScheduleParserTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Daily_random_stays_the_same_for_a_name()
    {
        var first = TimeOfDay("nightly");

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(first, TimeOfDay("nightly")));
    }

    [Fact]
    public void Daily_random_comes_once_a_day()
    {
        var expression = Parse("@daily-random", "nightly");
        var first = expression.NextAfter(Midnight)!.Value;

        Assert.Equal(first.AddDays(1), expression.NextAfter(first));
    }

    [Fact]
    public void Daily_random_is_spread_over_the_day()
    {
        var sixths = Enumerable.Range(0, 600).Select(i => (int)(TimeOfDay($"schedule-{i}").TotalHours / 4)).GroupBy(s => s).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(6, sixths.Count);
        Assert.All(sixths.Values, count => Assert.InRange(count, 60, 140));
    }

    [Fact]
    public void Daily_random_depends_on_the_namespace_too()
    {
        var times = Enumerable.Range(0, 5).Select(i => ScheduleParser.StableNumber(new ObjectName($"team-{i}", "nightly"))).Distinct();

        Assert.Equal(5, times.Count());
    }

    [Theory]
    [InlineData("", "five fields are needed")]
    [InlineData("* * * *", "five fields are needed")]
    [InlineData("* * * * * *", "five fields are needed")]
    [InlineData("61 * * * *", "\"61\" is no minute: \"61\" is not in 0-59")]
    [InlineData("0 0 * FOO 8", "\"FOO\" is no month: \"FOO\" is not in 1-12 or JAN-DEC; \"8\" is no day of week")]
    [InlineData("5-2 * * * *", "5-2 begins after its end")]
    [InlineData("*/0 * * * *", "after / is no number of at least 1")]
    [InlineData("1,,2 * * * *", "is not in 0-59")]
    [InlineData("@sometimes", "@sometimes")]
    [InlineData("@every soon", "@every")]
    [InlineData("@every 10ms", "at least 1s")]
    [InlineData("@every -1h", "at least 1s")]
    public void What_is_no_schedule_is_named_with_its_value(string schedule, string said)
    {
        var problems = new List<string>();

        var expression = ScheduleParser.Parse(schedule, null, new ObjectName("n", "s"), problems);

        Assert.Null(expression);
        var problem = Assert.Single(problems);
        Assert.StartsWith("spec.schedule: ", problem);
        Assert.Contains(said, problem);
    }

    [Theory]
    [InlineData("0 0 31 2 *", "no month 2 has a day 31")]
    [InlineData("0 0 30 FEB *", "no month FEB has a day 30")]
    [InlineData("0 0 31 4,6,9,11 *", "no month 4,6,9,11 has a day 31")]
    public void Cron_that_never_fires_is_refused(string schedule, string said)
    {
        var problems = new List<string>();

        var expression = ScheduleParser.Parse(schedule, null, new ObjectName("n", "s"), problems);

        Assert.Null(expression);
        Assert.Contains(said, Assert.Single(problems));
    }

    [Theory]
    [InlineData("0 0 29 2 *", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 31 2 MON", "2027-02-01T00:00:00Z")]
    [InlineData("0 12 * * 7", "2026-03-15T12:00:00Z")]
    [InlineData("5/20 * * * *", "2026-03-10T00:05:00Z")]
    [InlineData("0 0 */10 * FRI", "2026-03-11T00:00:00Z")]
    [InlineData("0 0 ? * fri-SAT", "2026-03-13T00:00:00Z")]
    public void First_tick_after_midnight_of_Tuesday_is(string schedule, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), Parse(schedule, "s").NextAfter(Midnight));

    [Fact]
    public void Schedule_and_time_zone_that_are_both_wrong_are_both_named()
    {
        var problems = new List<string>();

        _ = ScheduleParser.Parse("nonsense", "Mars/Olympus", new ObjectName("n", "s"), problems);

        Assert.Equal(["spec.timeZone: \"Mars/Olympus\"", "spec.schedule: \"nonsense\""], problems.Select(p => string.Join('"', p.Split('"')[..2]) + "\""));
    }

    private static TimeSpan TimeOfDay(string name) => Parse("@daily-random", name).NextAfter(Midnight.AddSeconds(-1))!.Value.TimeOfDay;

    private static IScheduleExpression Parse(string schedule, string name)
    {
        var problems = new List<string>();
        var expression = ScheduleParser.Parse(schedule, null, new ObjectName("backup-system", name), problems);
        Assert.Empty(problems);
        return expression!;
    }
}
