using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Schedules;

namespace BackupServer.Server.Schedules;

/// <summary>Decides about a schedule at one moment. Pure: the same inputs give the same answer, so any server may ask again after a kill.</summary>
public static class SchedulePlanner
{
    private const int MostTicksCounted = 100_000;

    /// <summary>Decides.</summary>
    /// <param name="schedule">The schedule with its status.</param>
    /// <param name="expression">Its ticks.</param>
    /// <param name="running">Whether a backup of it has not ended.</param>
    /// <param name="now">The moment.</param>
    /// <param name="skipImmediatelyDefault">What an absent <c>spec.skipImmediately</c> means.</param>
    public static ScheduleDecision Decide(BackupSchedule schedule, IScheduleExpression expression, bool running, DateTimeOffset now, bool skipImmediatelyDefault)
    {
        if (schedule.Spec.Paused == true)
        {
            return new ScheduleDecision();
        }

        var delay = ScheduleJitter.Of(schedule);
        var since = Since(schedule, now);
        if (expression.NextAfter(since) is not { } first)
        {
            return new ScheduleDecision();
        }

        if (first + delay > now)
        {
            return new ScheduleDecision { Next = first + delay };
        }

        var (last, count) = LastTick(expression, first, now - delay);
        var next = expression.NextAfter(expression is IntervalSchedule ? last : now - delay) + delay;
        var due = new ScheduleDecision { Due = last, Missed = count - 1, Next = next };
        return Judge(schedule.Spec, due, running, now, delay, skipImmediatelyDefault, expression);
    }

    private static ScheduleDecision Judge(
        BackupScheduleSpec spec, ScheduleDecision due, bool running, DateTimeOffset now, TimeSpan delay, bool skipImmediatelyDefault, IScheduleExpression expression)
    {
        if (spec.SkipImmediately ?? skipImmediatelyDefault)
        {
            return due with { Due = null, SkippedUntil = now, Missed = due.Missed + 1, Next = expression.NextAfter(now) + delay, Reason = "spec.skipImmediately" };
        }

        if (spec.StartingDeadlineSeconds is { } seconds && now - delay - due.Due > TimeSpan.FromSeconds(seconds))
        {
            return due with { SkippedUntil = due.Due, Missed = due.Missed + 1, Reason = $"it is more than spec.startingDeadlineSeconds ({seconds}) late" };
        }

        return (spec.ConcurrencyPolicy ?? ConcurrencyPolicy.Forbid, running) switch
        {
            (ConcurrencyPolicy.Forbid, true) => due with { SkippedUntil = due.Due, Missed = due.Missed + 1, Reason = "a backup of this schedule is still running" },
            (ConcurrencyPolicy.Replace, true) => due with { Starts = true, CancelsRunning = true },
            _ => due with { Starts = true },
        };
    }

    /// <summary>The moment after which ticks count. A moment ahead of the clock (it was set back) would silence the schedule until then, so it counts as now.</summary>
    private static DateTimeOffset Since(BackupSchedule schedule, DateTimeOffset now)
    {
        var since = schedule.Metadata.CreationTimestamp ?? now;
        foreach (var moment in new[] { schedule.Status?.LastBackup, schedule.Status?.LastSkipped })
        {
            since = moment > since ? moment.Value : since;
        }

        return since > now ? now : since;
    }

    private static (DateTimeOffset Last, int Count) LastTick(IScheduleExpression expression, DateTimeOffset first, DateTimeOffset until)
    {
        var (last, count) = (first, 1);
        while (expression.NextAfter(last) is { } next && next <= until)
        {
            if (++count > MostTicksCounted)
            {
                // So many ticks were missed that their number says nothing; the newest is what matters.
                return (Newest(expression, next, until), count);
            }

            last = next;
        }

        return (last, count);
    }

    /// <summary>The last tick up to an instant, looked for in the last hour before it; ticks that are further apart are reached one by one.</summary>
    private static DateTimeOffset Newest(IScheduleExpression expression, DateTimeOffset known, DateTimeOffset until)
    {
        var newest = expression.NextAfter(until - TimeSpan.FromHours(1)) is { } recent && recent <= until && recent > known ? recent : known;
        while (expression.NextAfter(newest) is { } next && next <= until)
        {
            newest = next;
        }

        return newest;
    }
}
