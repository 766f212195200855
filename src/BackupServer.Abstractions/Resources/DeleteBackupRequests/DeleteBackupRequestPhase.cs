namespace BackupServer.Abstractions.Resources.DeleteBackupRequests;

/// <summary>Where a deletion stands.</summary>
public enum DeleteBackupRequestPhase
{
    /// <summary>Not looked at yet.</summary>
    New,

    /// <summary>Snapshots are being removed.</summary>
    InProgress,

    /// <summary>Done, or refused; see errors.</summary>
    Processed,
}
