namespace BackupServer.Abstractions.Schedules;

/// <summary><c>@every</c>: a tick whenever the interval has passed since the last one, in real time.</summary>
public sealed class IntervalSchedule(TimeSpan interval) : IScheduleExpression
{
    /// <inheritdoc/>
    public DateTimeOffset? NextAfter(DateTimeOffset instant) => instant + interval;
}
