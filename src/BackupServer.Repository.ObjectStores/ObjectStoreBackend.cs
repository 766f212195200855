using System.Runtime.CompilerServices;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Repository.Backends;

namespace BackupServer.Repository.ObjectStores;

/// <summary>A repository below a path of an object store. The store stays its owner's.</summary>
/// <param name="store">The store, wrapped by the plugin host with retries.</param>
/// <param name="path">Path of the repository in it, without slashes at its ends; empty for the whole store.</param>
/// <param name="location">What messages call the place; the path when null.</param>
public sealed class ObjectStoreBackend(IObjectStore store, string path, string? location = null) : IRepositoryBackend
{
    private readonly string _prefix = path.Length == 0 ? "" : path + "/";

    /// <inheritdoc/>
    public string Location { get; } = location ?? path;

    /// <inheritdoc/>
    public async Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            if (!store.Capabilities.HasFlag(ObjectStoreCapabilities.PutIfAbsent))
            {
                await SaveAfterLookingAsync(path, content, cancellationToken);
                return;
            }

            await store.PutAsync(_prefix + path, content, PutOptions.Absent, cancellationToken);
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectStoreErrorKind.AlreadyExists)
        {
            await RequireSameAsync(path, content, cancellationToken);
        }
        catch (ObjectStoreException e)
        {
            throw BackendErrors.Failed("write", path, Location, e);
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken)
    {
        var wanted = (long)length;
        if (length < 0)
        {
            var size = await SizeAsync(path, cancellationToken) ?? throw BackendErrors.NotFound(path, Location);
            wanted = size >= offset ? size - offset : throw BackendErrors.TooShort(path, Location, offset, size);
        }

        var content = GC.AllocateUninitializedArray<byte>(checked((int)wanted));
        try
        {
            await store.ReadAsync(_prefix + path, offset, content, cancellationToken);
            return content;
        }
        catch (ObjectStoreException e)
        {
            // The store's error may be about the object or about the whole store: only a second look tells.
            throw await SizeAsync(path, cancellationToken) switch
            {
                null => BackendErrors.NotFound(path, Location),
                { } size when size < offset + wanted => BackendErrors.TooShort(path, Location, offset + wanted, size),
                _ => BackendErrors.Failed("read", path, Location, e),
            };
        }
    }

    /// <inheritdoc/>
    public async Task<long?> SizeAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.StatAsync(_prefix + path, cancellationToken))?.Size;
        }
        catch (ObjectStoreException e)
        {
            throw BackendErrors.Failed("look at", path, Location, e);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var objects = store.ListAsync($"{_prefix}{directory}/", cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(objects, directory))
        {
            yield return new BackendFile(objects.Current.Key[_prefix.Length..], objects.Current.Size);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync(_prefix + path, cancellationToken);
        }
        catch (ObjectStoreException e)
        {
            throw BackendErrors.Failed("delete", path, Location, e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<bool> MoveAsync(IAsyncEnumerator<ObjectInfo> objects, string directory)
    {
        try
        {
            return await objects.MoveNextAsync();
        }
        catch (ObjectStoreException e)
        {
            throw BackendErrors.Failed("list", directory, Location, e);
        }
    }

    /// <summary>Without put-if-absent a race can only be lost among writers of the same name; all names but <c>config</c> are hashes of the content.</summary>
    private async Task SaveAfterLookingAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (await SizeAsync(path, cancellationToken) is null)
        {
            await store.PutAsync(_prefix + path, content, PutOptions.Replace, cancellationToken);
            return;
        }

        await RequireSameAsync(path, content, cancellationToken);
    }

    private async Task RequireSameAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var same = await SizeAsync(path, cancellationToken) == content.Length
            && (await LoadAsync(path, 0, content.Length, cancellationToken)).AsSpan().SequenceEqual(content.Span);
        if (!same)
        {
            throw BackendErrors.AlreadyExists(path, Location);
        }
    }
}
