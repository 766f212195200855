using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources.BackupStorageLocations;

namespace BackupServer.PluginHost.ObjectStores;

/// <summary>Opens the object store that a storage location describes.</summary>
public static class StorageLocations
{
    /// <summary>The plugin's configuration of a location.</summary>
    public static ObjectStoreConfiguration ConfigurationOf(BackupStorageLocationSpec location, ReadOnlyMemory<byte>? credential) => new()
    {
        Bucket = location.ObjectStorage.Bucket,
        Prefix = (location.ObjectStorage.Prefix ?? "").Trim('/'),
        Config = location.Config ?? [],
        Credential = credential,
    };

    /// <summary>Opens the store; a location that is ReadOnly gives a store that refuses every write.</summary>
    /// <exception cref="ObjectStoreException">It cannot be opened.</exception>
    /// <exception cref="PluginNotFoundException">No plugin has the provider's name.</exception>
    public static async ValueTask<IObjectStore> OpenLocationAsync(
        this PluginCatalog catalog, string locationName, BackupStorageLocationSpec location, ReadOnlyMemory<byte>? credential, CancellationToken cancellationToken)
    {
        var store = await catalog.ObjectStore(location.Provider).OpenAsync(ConfigurationOf(location, credential), cancellationToken);
        return location.AccessMode == AccessMode.ReadOnly ? new ReadOnlyObjectStore(store, locationName) : store;
    }
}
