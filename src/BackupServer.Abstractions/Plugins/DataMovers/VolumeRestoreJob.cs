namespace BackupServer.Abstractions.Plugins.DataMovers;

/// <summary>One volume to write.</summary>
public sealed record VolumeRestoreJob
{
    /// <summary>Directory of the mounted volume on this machine.</summary>
    public required string TargetPath { get; init; }

    /// <summary>Where from.</summary>
    public required RepositoryAccess Repository { get; init; }

    /// <summary>Id of the snapshot.</summary>
    public required string SnapshotId { get; init; }
}
