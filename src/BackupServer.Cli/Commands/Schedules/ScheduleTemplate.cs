using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary>What a schedule makes of its template when somebody asks for a backup now.</summary>
internal static class ScheduleTemplate
{
    /// <summary>A backup that belongs to the schedule; named like those of its ticks unless it gets a name.</summary>
    public static Backup BackupOf(BackupSchedule schedule, string? name, TimeProvider time)
    {
        var labels = new Dictionary<string, string>(schedule.Spec.Template.Metadata?.Labels ?? schedule.Metadata.Labels ?? [])
        {
            [Labels.ScheduleName] = ShortLabel.Of(schedule.Metadata.Name),
        };
        return new Backup
        {
            Metadata = new ObjectMeta
            {
                Name = name ?? $"{schedule.Metadata.Name}-{time.GetUtcNow():yyyyMMddHHmmss}",
                Namespace = schedule.Metadata.Namespace,
                Labels = labels,
            },
            Spec = schedule.Spec.Template with { Metadata = null },
        };
    }
}
