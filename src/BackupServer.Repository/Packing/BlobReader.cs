using BackupServer.Repository.Backends;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Indexing;

namespace BackupServer.Repository.Packing;

/// <summary>Loads blobs where an index says they are.</summary>
internal sealed class BlobReader(IRepositoryBackend backend, BlobCodec codec)
{
    /// <summary>Loads and proves a blob. If a copy is damaged and there is another, that one is taken.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/> or <see cref="RepositoryErrorKind.Damaged"/>.</exception>
    public async Task<byte[]> LoadAsync(BlobHandle blob, BlobIndex index, CancellationToken cancellationToken)
    {
        RepositoryException? damage = null;
        foreach (var location in index.Locate(blob))
        {
            try
            {
                return await LoadAsync(blob, location, cancellationToken);
            }
            catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
            {
                damage = e;
            }
        }

        throw damage ?? new RepositoryException(
            RepositoryErrorKind.NotFound, $"{blob} is not in the index of {backend.Location}");
    }

    private async Task<byte[]> LoadAsync(BlobHandle blob, BlobLocation location, CancellationToken cancellationToken)
    {
        if (location.Length > BlobLimits.Of(blob.Type) + Sealer.Overhead || location.PlainLength > BlobLimits.Of(blob.Type))
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged,
                $"the index of {backend.Location} claims that {blob} takes {location.Length} bytes and has {location.PlainLength}, "
                    + $"more than the {BlobLimits.Of(blob.Type)} that are accepted");
        }

        try
        {
            return await OpenAsync(blob, location, cancellationToken);
        }
        catch (InvalidDataException)
        {
            // Read once more: a bit may have changed on the way.
        }

        try
        {
            return await OpenAsync(blob, location, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged,
                $"{blob} in pack {location.Pack} of {backend.Location} is damaged: {e.Message}",
                e);
        }
    }

    private async Task<byte[]> OpenAsync(BlobHandle blob, BlobLocation location, CancellationToken cancellationToken)
    {
        var bytes = await backend.LoadAsync(RepositoryPaths.Pack(location.Pack), location.Offset, (int)location.Length, cancellationToken);
        return codec.Open(blob, bytes, location.UncompressedLength);
    }
}
