namespace BackupServer.DevCluster.Api;

/// <summary>Kinds of watch events.</summary>
internal enum WatchEventType
{
    /// <summary>Created, or now matching a selector.</summary>
    Added,

    /// <summary>Changed.</summary>
    Modified,

    /// <summary>Removed, or no longer matching.</summary>
    Deleted,
}
