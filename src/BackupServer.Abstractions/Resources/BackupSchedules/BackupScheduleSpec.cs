using System.ComponentModel;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.BackupSchedules;

/// <summary>When backups are made, and of what.</summary>
public sealed record BackupScheduleSpec
{
    /// <summary>Five cron fields, or @hourly, @daily, @weekly, @monthly, @yearly, @every 1h30m, or @daily-random (once a day at a time that depends on the name).</summary>
    [Required]
    public string Schedule { get; set; } = "";

    /// <summary>IANA time zone. A time skipped by daylight saving runs once after the gap; a repeated one runs once.</summary>
    [DefaultValue("UTC")]
    public string? TimeZone { get; set; }

    /// <summary>The backups' specification.</summary>
    public BackupSpec Template { get; set; } = new();

    /// <summary>No backups while true.</summary>
    public bool? Paused { get; set; }

    /// <summary>Do not make up for a run that is due when the schedule is created or resumed.</summary>
    public bool? SkipImmediately { get; set; }

    /// <summary>Makes the schedule owner of its backups: deleting it deletes their objects in the cluster.</summary>
    public bool? UseOwnerReferencesInBackup { get; set; }

    /// <summary>What happens at a tick while a backup of this schedule is still running.</summary>
    [DefaultValue("Forbid")]
    public ConcurrencyPolicy? ConcurrencyPolicy { get; set; }

    /// <summary>A run that could not start this many seconds after its time is counted as missed. Absent: no limit.</summary>
    [Minimum(1)]
    public long? StartingDeadlineSeconds { get; set; }

    /// <summary>Delays each run by up to this long, by an amount that depends on the schedule's name.</summary>
    public TimeSpan? Jitter { get; set; }
}
