namespace BackupServer.Abstractions.Resources.DeleteBackupRequests;

/// <summary>What became of the deletion. Written by the server alone.</summary>
public sealed record DeleteBackupRequestStatus
{
    /// <summary>Where the deletion stands.</summary>
    public DeleteBackupRequestPhase Phase { get; set; }

    /// <summary>Why the backup was not deleted; empty when it was.</summary>
    public List<string>? Errors { get; set; }
}
