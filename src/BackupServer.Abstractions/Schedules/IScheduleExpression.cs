namespace BackupServer.Abstractions.Schedules;

/// <summary>The instants at which a schedule ticks.</summary>
public interface IScheduleExpression
{
    /// <summary>The first tick strictly after an instant; null when there is none.</summary>
    DateTimeOffset? NextAfter(DateTimeOffset instant);
}
