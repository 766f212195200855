using BackupServer.Abstractions.Resources;

namespace BackupServer.Abstractions.Plugins.DataMovers;

/// <summary>What a copy made.</summary>
public sealed record VolumeBackupResult
{
    /// <summary>Id of the snapshot.</summary>
    public required string SnapshotId { get; init; }

    /// <summary>Files, directories and others in it.</summary>
    public long Files { get; init; }

    /// <summary>Bytes of the files.</summary>
    public long Bytes { get; init; }

    /// <summary>Of these, the bytes that were new to the repository.</summary>
    public long BytesAdded { get; init; }

    /// <summary>Bytes that were written for them.</summary>
    public long BytesStored { get; init; }

    /// <summary>Files that could not be read whole, each with its reason.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What was read back before the snapshot was committed; null from a mover that verifies nothing.</summary>
    public DataVerification? Verification { get; init; }
}
