namespace BackupServer.Repository.Inspecting;

/// <summary>Kinds of files that a repository is made of and that have ids.</summary>
public enum StoredKind
{
    /// <summary>Snapshots.</summary>
    Snapshots,

    /// <summary>Index files.</summary>
    Index,

    /// <summary>Packs.</summary>
    Packs,

    /// <summary>Keys.</summary>
    Keys,

    /// <summary>Locks.</summary>
    Locks,
}
