namespace BackupServer.Abstractions.Resources.Restores;

/// <summary>Where a restore stands. The outcome is known only in the last ones.</summary>
public enum RestorePhase
{
    /// <summary>Not looked at yet.</summary>
    New,

    /// <summary>The specification is refused; see validationErrors.</summary>
    FailedValidation,

    /// <summary>Waits for a free worker.</summary>
    Queued,

    /// <summary>Objects and volumes are restored.</summary>
    InProgress,

    /// <summary>Workloads are becoming ready.</summary>
    Finalizing,

    /// <summary>Everything is restored, and ready if that was waited for.</summary>
    Completed,

    /// <summary>Something is not restored or not ready; see messages.</summary>
    PartiallyFailed,

    /// <summary>Nothing could be restored; see messages.</summary>
    Failed,

    /// <summary>Stopped on request.</summary>
    Canceled,
}
