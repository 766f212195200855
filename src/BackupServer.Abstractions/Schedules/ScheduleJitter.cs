using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupSchedules;

namespace BackupServer.Abstractions.Schedules;

/// <summary>What <c>spec.jitter</c> of a schedule means.</summary>
public static class ScheduleJitter
{
    /// <summary>By how much the schedule's runs are delayed: whole seconds, less than its jitter, the same at every tick, spread evenly over names.</summary>
    public static TimeSpan Of(BackupSchedule schedule)
    {
        var seconds = (ulong)Math.Max(0, (schedule.Spec.Jitter ?? TimeSpan.Zero).TotalSeconds);
        var identity = new ObjectName(schedule.Metadata.Namespace ?? "", schedule.Metadata.Name);
        return seconds == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(ScheduleParser.StableNumber(identity) % seconds);
    }
}
