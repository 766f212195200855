namespace BackupServer.Kubernetes.Watch;

/// <summary>What happened to an object.</summary>
public enum WatchEventType
{
    /// <summary>It is new, or has begun to match the selectors.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone, or has stopped to match; the object is its last state.</summary>
    Deleted,

    /// <summary>Nothing: the object holds only the resourceVersion up to which everything was sent.</summary>
    Bookmark,
}
