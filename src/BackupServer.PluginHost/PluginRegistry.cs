using BackupServer.Abstractions.Plugins;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Plugins.VolumeSnapshotters;
using BackupServer.PluginHost.Loading;
using Microsoft.Extensions.Logging;

namespace BackupServer.PluginHost;

/// <summary>Collects what one plugin offers. Nothing of it is in the catalog before the plugin's Register has returned.</summary>
internal sealed class PluginRegistry(ILoggerFactory loggerFactory) : IPluginRegistry
{
    /// <inheritdoc/>
    public ILoggerFactory LoggerFactory { get; } = loggerFactory;

    /// <summary>Name of the plugin that registers.</summary>
    public string PluginName { get; set; } = "";

    /// <summary>What was offered.</summary>
    public List<PluginOffer> Offers { get; } = [];

    /// <inheritdoc/>
    public void Add(IObjectStoreProvider provider) => Add(PluginOfferKind.ObjectStore, provider, provider?.Name);

    /// <inheritdoc/>
    public void Add(IVolumeSnapshotter snapshotter) => Add(PluginOfferKind.VolumeSnapshotter, snapshotter, snapshotter?.Name);

    /// <inheritdoc/>
    public void Add(IDataMover dataMover) => Add(PluginOfferKind.DataMover, dataMover, dataMover?.Name);

    /// <inheritdoc/>
    public void Add(IBackupItemAction action) => Add(PluginOfferKind.BackupItemAction, action, action?.Name);

    /// <inheritdoc/>
    public void Add(IRestoreItemAction action) => Add(PluginOfferKind.RestoreItemAction, action, action?.Name);

    private void Add(PluginOfferKind kind, object? implementation, string? name)
    {
        if (implementation is null || string.IsNullOrEmpty(name))
        {
            throw new PluginLoadException($"it registers {kind.Words()} that is null or has no name");
        }

        Offers.Add(new PluginOffer(kind, name, PluginName, implementation));
    }
}
