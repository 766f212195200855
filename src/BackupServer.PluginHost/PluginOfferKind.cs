namespace BackupServer.PluginHost;

/// <summary>What a plugin may offer.</summary>
public enum PluginOfferKind
{
    /// <summary>Keeps objects under keys.</summary>
    ObjectStore,

    /// <summary>Takes snapshots of volumes.</summary>
    VolumeSnapshotter,

    /// <summary>Moves the data of volumes.</summary>
    DataMover,

    /// <summary>Looks at objects that are backed up.</summary>
    BackupItemAction,

    /// <summary>Looks at objects that are restored.</summary>
    RestoreItemAction,
}
