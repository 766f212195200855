namespace BackupServer.Engine.Volumes;

/// <summary>How the writing of a volume ended.</summary>
public sealed record VolumeRestoreOutcome
{
    /// <summary>Why the volume does not hold its data, in words; null when it does.</summary>
    public string? Failure { get; init; }

    /// <summary>Files that could not be restored whole, each with its reason.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Number of problems, which may be more than are listed.</summary>
    public int ProblemCount { get; init; }

    /// <summary>Files, directories and others restored.</summary>
    public long Files { get; init; }

    /// <summary>Bytes of the files.</summary>
    public long Bytes { get; init; }
}
