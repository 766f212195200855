using BackupServer.Abstractions.Plugins.ObjectStores;

namespace BackupServer.PluginHost.ObjectStores;

/// <summary>Refuses every write to a location whose access mode is ReadOnly: the one place where that is enforced. Owns the store below.</summary>
/// <param name="inner">The store.</param>
/// <param name="location">What the error calls it, for example the location's name.</param>
public sealed class ReadOnlyObjectStore(IObjectStore inner, string location) : IObjectStore
{
    /// <inheritdoc/>
    public ObjectStoreCapabilities Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public Task PutAsync(string key, ReadOnlyMemory<byte> content, PutOptions options, CancellationToken cancellationToken) =>
        Task.FromException(Refused("write", key));

    /// <inheritdoc/>
    public Task ReadAsync(string key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.ReadAsync(key, offset, destination, cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectInfo?> StatAsync(string key, CancellationToken cancellationToken) => inner.StatAsync(key, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => Task.FromException(Refused("delete", key));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private ObjectStoreException Refused(string operation, string key) => new(
        ObjectStoreErrorKind.ReadOnly,
        $"cannot {operation} '{key}': the location {location} has the access mode ReadOnly; set it to ReadWrite to allow this");
}
