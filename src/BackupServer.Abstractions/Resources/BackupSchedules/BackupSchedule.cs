using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.BackupSchedules;

/// <summary>Makes a backup at each tick of a schedule.</summary>
[CustomResource("BackupSchedule", "backupschedules", "bks")]
[PrinterColumn("Schedule", "string", ".spec.schedule")]
[PrinterColumn("Zone", "string", ".spec.timeZone", Priority = 1)]
[PrinterColumn("Paused", "boolean", ".spec.paused")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Last", "date", ".status.lastBackup")]
[PrinterColumn("Next", "string", ".status.nextBackup", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record BackupSchedule : CustomResource<BackupScheduleSpec, BackupScheduleStatus>;
