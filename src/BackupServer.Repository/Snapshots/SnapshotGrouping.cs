namespace BackupServer.Repository.Snapshots;

/// <summary>By what snapshots belong together.</summary>
[Flags]
public enum SnapshotGrouping
{
    /// <summary>All do.</summary>
    None = 0,

    /// <summary>The host.</summary>
    Host = 1,

    /// <summary>The set of paths.</summary>
    Paths = 2,

    /// <summary>The set of tags.</summary>
    Tags = 4,
}
