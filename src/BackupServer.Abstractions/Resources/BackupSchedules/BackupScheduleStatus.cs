namespace BackupServer.Abstractions.Resources.BackupSchedules;

/// <summary>What became of a schedule. Written by the server alone.</summary>
public sealed record BackupScheduleStatus
{
    /// <summary>Where the schedule stands.</summary>
    public BackupSchedulePhase Phase { get; set; }

    /// <summary>Everything that is wrong with the specification, one sentence each.</summary>
    public List<string>? ValidationErrors { get; set; }

    /// <summary>Time of the last tick that made a backup.</summary>
    public DateTimeOffset? LastBackup { get; set; }

    /// <summary>Name of that backup.</summary>
    public string? LastBackupName { get; set; }

    /// <summary>Completion of the last backup that ended Completed.</summary>
    public DateTimeOffset? LastSuccessfulBackup { get; set; }

    /// <summary>Time up to which ticks were skipped on request.</summary>
    public DateTimeOffset? LastSkipped { get; set; }

    /// <summary>Time of the next tick.</summary>
    public DateTimeOffset? NextBackup { get; set; }

    /// <summary>Ticks that made no backup, since the schedule exists.</summary>
    public int MissedRuns { get; set; }
}
