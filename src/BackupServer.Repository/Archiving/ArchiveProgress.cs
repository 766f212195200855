namespace BackupServer.Repository.Archiving;

/// <summary>How far a run is.</summary>
/// <param name="Files">Files that are done, unchanged ones too.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="StoredBytes">Bytes written to the repository for them.</param>
public readonly record struct ArchiveProgress(long Files, long Bytes, long StoredBytes)
{
    /// <summary>Bytes that the parent had, which is what this run will come near; 0 when there is no parent.</summary>
    public long ExpectedBytes { get; init; }
}
