using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Archiving;

/// <summary>A committed snapshot and what it cost.</summary>
/// <param name="Snapshot">The snapshot, which is stored.</param>
/// <param name="Files">Files in it.</param>
/// <param name="RawBytes">Bytes of all files.</param>
/// <param name="AddedBytes">Bytes of content and trees that the repository did not have, before compression.</param>
/// <param name="StoredBytes">What they take in the repository.</param>
public sealed record SnapshotBuildResult(Snapshot Snapshot, long Files, long RawBytes, long AddedBytes, long StoredBytes)
{
    /// <summary>Id of the snapshot.</summary>
    public ObjectId SnapshotId => Snapshot.Id;
}
