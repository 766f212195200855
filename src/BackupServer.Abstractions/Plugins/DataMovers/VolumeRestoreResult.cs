namespace BackupServer.Abstractions.Plugins.DataMovers;

/// <summary>What a restore wrote.</summary>
public sealed record VolumeRestoreResult
{
    /// <summary>Files, directories and others restored.</summary>
    public long Files { get; init; }

    /// <summary>Bytes of the files.</summary>
    public long Bytes { get; init; }

    /// <summary>Files that could not be restored whole, each with its reason.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
