namespace BackupServer.Server.Schedules;

/// <summary><c>@every</c>: a tick whenever the interval has passed since the last one, in real time.</summary>
internal sealed class IntervalSchedule(TimeSpan interval) : IScheduleExpression
{
    /// <inheritdoc/>
    public DateTimeOffset? NextAfter(DateTimeOffset instant) => instant + interval;
}
