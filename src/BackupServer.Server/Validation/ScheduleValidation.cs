using BackupServer.Abstractions.Schedules;

namespace BackupServer.Server.Validation;

/// <summary>What came of checking a schedule's specification.</summary>
/// <param name="Problems">One sentence for each problem, naming field and value.</param>
/// <param name="Ticks">
/// When backups are made; null when the schedule is refused. A schedule that has made backups goes on when a kind that it names is gone:
/// what it still protects is worth more. One that never made any is most likely mistyped.
/// </param>
public sealed record ScheduleValidation(IReadOnlyList<string> Problems, IScheduleExpression? Ticks);
