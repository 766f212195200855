namespace BackupServer.Abstractions.Resources.BackupSchedules;

/// <summary>Where a schedule stands.</summary>
public enum BackupSchedulePhase
{
    /// <summary>Not looked at yet.</summary>
    New,

    /// <summary>Backups are made.</summary>
    Enabled,

    /// <summary>Paused by its specification.</summary>
    Paused,

    /// <summary>The specification is refused; see validationErrors.</summary>
    FailedValidation,
}
