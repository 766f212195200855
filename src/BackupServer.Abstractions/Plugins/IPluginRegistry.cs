using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Plugins.VolumeSnapshotters;
using Microsoft.Extensions.Logging;

namespace BackupServer.Abstractions.Plugins;

/// <summary>Takes what a plugin offers. Each thing is found by its <c>Name</c>; a name that another plugin took already is refused.</summary>
public interface IPluginRegistry
{
    /// <summary>Logger factory of the host.</summary>
    ILoggerFactory LoggerFactory { get; }

    /// <summary>Offers an object store.</summary>
    void Add(IObjectStoreProvider provider);

    /// <summary>Offers snapshots of volumes.</summary>
    void Add(IVolumeSnapshotter snapshotter);

    /// <summary>Offers a mover of volume data.</summary>
    void Add(IDataMover dataMover);

    /// <summary>Offers an action on objects that are backed up.</summary>
    void Add(IBackupItemAction action);

    /// <summary>Offers an action on objects that are restored.</summary>
    void Add(IRestoreItemAction action);
}
