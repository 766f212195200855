using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Schedules;
using BackupServer.Server.Schedules;

namespace BackupServer.Server.Tests.Schedules;

public sealed class SchedulePlannerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Run_later_than_its_deadline_is_missed()
    {
        var schedule = Hourly(s => s.StartingDeadlineSeconds = 60, last: Noon.AddHours(-1));

        var decision = Decide(schedule, Noon.AddSeconds(61));

        Assert.False(decision.Starts);
        Assert.Equal(1, decision.Missed);
        Assert.Equal(Noon, decision.SkippedUntil);
        Assert.Contains("startingDeadlineSeconds (60)", decision.Reason);
    }

    [Fact]
    public void Run_within_its_deadline_starts()
    {
        var decision = Decide(Hourly(s => s.StartingDeadlineSeconds = 60, last: Noon.AddHours(-1)), Noon.AddSeconds(60));

        Assert.True(decision.Starts);
        Assert.Equal(Noon, decision.Due);
        Assert.Equal(Noon.AddHours(1), decision.Next);
    }

    [Theory]
    [InlineData(ConcurrencyPolicy.Forbid, false, false, 1)]
    [InlineData(ConcurrencyPolicy.Allow, true, false, 0)]
    [InlineData(ConcurrencyPolicy.Replace, true, true, 0)]
    public void Policy_says_what_becomes_of_a_tick_while_a_backup_runs(ConcurrencyPolicy policy, bool starts, bool cancels, int missed)
    {
        var decision = Decide(Hourly(s => s.ConcurrencyPolicy = policy, last: Noon.AddHours(-1)), Noon.AddSeconds(1), running: true);

        Assert.Equal((starts, cancels, missed), (decision.Starts, decision.CancelsRunning, decision.Missed));
    }

    [Fact]
    public void Clock_set_back_neither_repeats_a_run_nor_silences_the_schedule()
    {
        var schedule = Hourly(_ => { }, last: Noon);
        var setBack = Noon.AddHours(-3).AddMinutes(-10);

        var now = Decide(schedule, setBack);
        var later = Decide(schedule, Noon.AddHours(-3).AddSeconds(1));

        Assert.Null(now.Due);
        Assert.Equal(Noon.AddHours(-3), now.Next);
        Assert.True(later.Starts || later.Next is not null);
    }

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("@every 1s")]
    public void Very_many_missed_ticks_are_made_up_for_once_and_by_the_newest(string expression)
    {
        var schedule = Schedule(expression, _ => { }, last: Noon.AddYears(-1));
        var now = Noon.AddSeconds(30);

        var decision = Decide(schedule, now);
        schedule.Status!.LastBackup = decision.Due;
        var after = Decide(schedule, now);

        Assert.True(decision.Starts);
        Assert.True(now - decision.Due <= TimeSpan.FromMinutes(1), $"{decision.Due} is not the newest tick");
        Assert.True(decision.Missed >= 100_000);
        Assert.Null(after.Due);
    }

    [Fact]
    public void Paused_schedule_does_nothing()
    {
        var decision = Decide(Hourly(s => s.Paused = true, last: Noon.AddDays(-3)), Noon);

        Assert.Equal(new ScheduleDecision(), decision);
    }

    [Fact]
    public void Jitter_delays_every_run_of_a_schedule_by_the_same_time_below_it()
    {
        var schedule = Hourly(s => s.Jitter = TimeSpan.FromMinutes(10), last: Noon.AddHours(-1));
        var delay = ScheduleJitter.Of(schedule);

        var before = Decide(schedule, Noon + delay - TimeSpan.FromSeconds(1));
        var at = Decide(schedule, Noon + delay);

        Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Null(before.Due);
        Assert.Equal(Noon + delay, before.Next);
        Assert.Equal((true, Noon, Noon.AddHours(1) + delay), (at.Starts, at.Due!.Value, at.Next!.Value));
    }

    [Fact]
    public void Jitter_spreads_schedules()
    {
        var delays = Enumerable.Range(0, 200).Select(i =>
        {
            var schedule = Hourly(s => s.Jitter = TimeSpan.FromHours(1), last: Noon);
            schedule.Metadata.Name = $"schedule-{i}";
            return (int)(ScheduleJitter.Of(schedule).TotalMinutes / 15);
        }).GroupBy(quarter => quarter).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(4, delays.Count);
        Assert.All(delays.Values, count => Assert.InRange(count, 25, 75));
    }

    private static BackupSchedule Hourly(Action<BackupScheduleSpec> change, DateTimeOffset last) => Schedule("0 * * * *", change, last);

    private static BackupSchedule Schedule(string expression, Action<BackupScheduleSpec> change, DateTimeOffset last)
    {
        var spec = new BackupScheduleSpec { Schedule = expression };
        change(spec);
        return new BackupSchedule
        {
            Metadata = new ObjectMeta { Name = "often", Namespace = "backup-system", CreationTimestamp = Noon.AddYears(-2) },
            Spec = spec,
            Status = new BackupScheduleStatus { LastBackup = last },
        };
    }

    private static ScheduleDecision Decide(BackupSchedule schedule, DateTimeOffset now, bool running = false)
    {
        var problems = new List<string>();
        var expression = ScheduleParser.Parse(schedule.Spec.Schedule, null, new ObjectName("backup-system", "often"), problems);
        Assert.Empty(problems);
        return SchedulePlanner.Decide(schedule, expression!, running, now, skipImmediatelyDefault: false);
    }
}
