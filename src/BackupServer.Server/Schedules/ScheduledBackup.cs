using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;

namespace BackupServer.Server.Schedules;

/// <summary>The backup that a tick makes. Its name is derived from the tick, so making it twice is impossible.</summary>
public static class ScheduledBackup
{
    /// <summary>Name of the backup of a tick: the schedule's, and the tick in UTC.</summary>
    public static string NameOf(string schedule, DateTimeOffset tick) => $"{schedule}-{tick.UtcDateTime:yyyyMMddHHmmss}";

    /// <summary>Makes the backup of a tick. The template's labels replace those of the schedule.</summary>
    public static Backup Make(BackupSchedule schedule, DateTimeOffset tick)
    {
        var labels = new Dictionary<string, string>(schedule.Spec.Template.Metadata?.Labels ?? schedule.Metadata.Labels ?? [])
        {
            [Labels.ScheduleName] = ShortLabel.Of(schedule.Metadata.Name),
        };
        var resource = CustomResourceAttribute.Of(typeof(BackupSchedule));
        return new Backup
        {
            Metadata = new ObjectMeta
            {
                Name = NameOf(schedule.Metadata.Name, tick),
                Namespace = schedule.Metadata.Namespace,
                Labels = labels,
                Annotations = schedule.Metadata.Annotations is { } annotations ? new Dictionary<string, string>(annotations) : null,
                OwnerReferences = schedule.Spec.UseOwnerReferencesInBackup == true
                    ? [new OwnerReference { ApiVersion = resource.Resource.ApiVersion, Kind = resource.Kind, Name = schedule.Metadata.Name, Uid = schedule.Metadata.Uid ?? "", Controller = true }]
                    : null,
            },
            Spec = schedule.Spec.Template with { Metadata = null },
        };
    }
}
