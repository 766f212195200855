namespace BackupServer.PluginHost.Tests;

/// <summary>
/// Time in which chosen waits are over at once and all others last as long as they say: a limit that a test wants to pass passes without being
/// waited for, and one that it does not want to pass is too long to pass on the slowest machine.
/// </summary>
internal sealed class HurriedTime : TimeProvider
{
    private long _skipped;

    /// <summary>Whether a timer of this length is over at once. None is at first.</summary>
    public Predicate<TimeSpan> IsHurried { get; set; } = static _ => false;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref _skipped);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || !IsHurried(dueTime))
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        TimerCallback late = passed =>
        {
            Interlocked.Add(ref _skipped, dueTime.Ticks);
            callback(passed);
        };
        return System.CreateTimer(late, state, TimeSpan.Zero, period);
    }
}
