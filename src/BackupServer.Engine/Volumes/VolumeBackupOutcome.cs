using BackupServer.Abstractions.Resources;

namespace BackupServer.Engine.Volumes;

/// <summary>How the copy of a volume ended.</summary>
public sealed record VolumeBackupOutcome
{
    /// <summary>Id of the snapshot; null when there is none.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>Why there is no snapshot, in words; null when there is one.</summary>
    public string? Failure { get; init; }

    /// <summary>Files that could not be read whole, each with its reason.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Number of problems, which may be more than are listed.</summary>
    public int ProblemCount { get; init; }

    /// <summary>What was read back of the snapshot before it was committed; null when nothing was.</summary>
    public DataVerification? Verification { get; init; }

    /// <summary>Files, directories and others in the snapshot.</summary>
    public long Files { get; init; }

    /// <summary>Bytes of the files.</summary>
    public long Bytes { get; init; }

    /// <summary>Of these, the bytes that were new to the repository.</summary>
    public long BytesAdded { get; init; }

    /// <summary>Bytes that were written for them.</summary>
    public long BytesStored { get; init; }
}
