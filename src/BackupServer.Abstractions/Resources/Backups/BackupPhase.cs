namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>Where a backup stands. The outcome is known only in the last ones.</summary>
public enum BackupPhase
{
    /// <summary>Not looked at yet.</summary>
    New,

    /// <summary>The specification is refused; see validationErrors.</summary>
    FailedValidation,

    /// <summary>Waits for a free worker or for its location.</summary>
    Queued,

    /// <summary>Objects are collected and stored.</summary>
    InProgress,

    /// <summary>Volumes are still being copied.</summary>
    WaitingForVolumes,

    /// <summary>Results are verified and committed.</summary>
    Finalizing,

    /// <summary>Everything selected is protected.</summary>
    Completed,

    /// <summary>Something selected is not protected; see messages. The rest can be restored.</summary>
    PartiallyFailed,

    /// <summary>Nothing was kept; see messages.</summary>
    Failed,

    /// <summary>Stopped on request; nothing was kept.</summary>
    Canceled,

    /// <summary>The backup and its data are being deleted.</summary>
    Deleting,
}
