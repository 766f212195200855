using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Schedules;
using Quartz;

namespace BackupServer.Server.Tests.Schedules;

/// <summary>Our reading of cron (which the command line shares) against that of Quartz, on random expressions. Only all weekdays as a range differ: crontab(5) calls that a restriction, Quartz does not.</summary>
public sealed class CronAgainstQuartzTests
{
    [Fact]
    public void Ticks_are_those_of_Quartz()
    {
        var random = new Random(20260310);
        for (var i = 0; i < 400; i++)
        {
            var text = $"{Field(random, 0, 59)} {Field(random, 0, 23)} {Day(random)}";
            var problems = new List<string>();
            var ours = ScheduleParser.Parse(text, null, new ObjectName("n", "s"), problems);
            var theirs = CronExpression.Parse(text, CronFormat.Unix).WithTimeZone(TimeZoneInfo.Utc);
            var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(525600));

            var (expected, got) = (Ticks(theirs.GetNextValidTimeAfter, start), Ticks(ours!.NextAfter, start));
            Assert.True(expected.SequenceEqual(got), $"\"{text}\" after {start:O}: expected {string.Join(", ", expected)}, got {string.Join(", ", got)}");
        }
    }

    private static List<DateTimeOffset?> Ticks(Func<DateTimeOffset, DateTimeOffset?> next, DateTimeOffset start)
    {
        var ticks = new List<DateTimeOffset?>();
        for (DateTimeOffset? tick = next(start); tick is not null && ticks.Count < 5; tick = next(tick.Value))
        {
            ticks.Add(tick);
        }

        return ticks;
    }

    /// <summary>Day of month, month, day of week; a day every month has, so that none comes never.</summary>
    private static string Day(Random random) => random.Next(4) switch
    {
        0 => $"* {Field(random, 1, 12)} *",
        1 => $"{Value(random, 1, 28)} {Field(random, 1, 12)} *",
        2 => $"* * {Value(random, 1, 6)}",
        _ => $"{Value(random, 1, 28)} {Field(random, 1, 12)} {Value(random, 1, 6)}",
    };

    private static string Field(Random random, int first, int last) => random.Next(5) switch
    {
        0 => "*",
        1 => $"*/{random.Next(2, last)}",
        2 => $"{Value(random, first, last)},{random.Next(first, last + 1)}",
        3 => $"{first}-{random.Next(first + 1, last + 1)}/{random.Next(1, 7)}",
        _ => Value(random, first, last),
    };

    private static string Value(Random random, int first, int last)
    {
        var low = random.Next(first, last);
        return random.Next(2) == 0 ? $"{low}" : $"{low}-{random.Next(low, last + 1)}";
    }
}
