namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>
/// A flat store of objects under keys such as <c>repositories/manifests/data/ab/abcd…</c>: segments of [A-Za-z0-9._-] joined by single slashes.
/// Safe for use from many threads. A plugin never retries and never limits its rate: the host wraps it for that,
/// and relies on <see cref="ObjectStoreException.Kind"/> to know what may be tried again.
/// </summary>
public interface IObjectStore : IAsyncDisposable
{
    /// <summary>What this store can do beyond the basics.</summary>
    ObjectStoreCapabilities Capabilities { get; }

    /// <summary>Stores an object: visible to others only when whole, and durable when the task completes. Replaces an object of the same key unless the options forbid it.</summary>
    /// <exception cref="ObjectStoreException">AlreadyExists when the options forbid replacing; any other kind.</exception>
    Task PutAsync(string key, ReadOnlyMemory<byte> content, PutOptions options, CancellationToken cancellationToken);

    /// <summary>Reads part of an object into <paramref name="destination"/>, which is filled whole.</summary>
    /// <exception cref="ObjectStoreException">NotFound; Permanent when the object ends before the range does.</exception>
    Task ReadAsync(string key, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Size and time of an object; null when there is none.</summary>
    Task<ObjectInfo?> StatAsync(string key, CancellationToken cancellationToken);

    /// <summary>All objects whose keys begin with the prefix (a whole number of segments, ending in a slash, or empty), in no particular order. Streams; holds no whole listing.</summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes an object. Deleting one that is not there succeeds.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);
}
