using System.Buffers;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Indexing;

namespace BackupServer.Repository.Packing;

/// <summary>Loads blobs where an index says they are.</summary>
internal sealed class BlobReader(IRepositoryBackend backend, BlobCodec codec)
{
    // Nothing but a tree of a huge directory is longer.
    private const uint UsualLength = 9 << 20;

    /// <summary>Loads and proves a blob. If a copy is damaged and there is another, that one is taken.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/> or <see cref="RepositoryErrorKind.Damaged"/>.</exception>
    public async ValueTask<byte[]> LoadAsync(BlobHandle blob, BlobIndex index, CancellationToken cancellationToken)
    {
        using var loaded = await RentAsync(blob, index, cancellationToken);
        return loaded.Bytes.ToArray();
    }

    /// <summary>As <see cref="LoadAsync(BlobHandle, BlobIndex, CancellationToken)"/>, into borrowed memory that the caller gives back.</summary>
    public async ValueTask<LoadedBlob> RentAsync(BlobHandle blob, BlobIndex index, CancellationToken cancellationToken)
    {
        if (!index.TryLocate(blob, out var first))
        {
            throw new RepositoryException(RepositoryErrorKind.NotFound, $"{blob} is not in the index of {backend.Location}");
        }

        try
        {
            return await RentAsync(blob, first, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            return await RentOtherAsync(blob, index, e, cancellationToken);
        }
    }

    private async ValueTask<LoadedBlob> RentOtherAsync(BlobHandle blob, BlobIndex index, RepositoryException damage, CancellationToken cancellationToken)
    {
        foreach (var location in index.Locate(blob).Skip(1))
        {
            try
            {
                return await RentAsync(blob, location, cancellationToken);
            }
            catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
            {
                damage = e;
            }
        }

        throw damage;
    }

    private async ValueTask<LoadedBlob> RentAsync(BlobHandle blob, BlobLocation location, CancellationToken cancellationToken)
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

    private async ValueTask<LoadedBlob> OpenAsync(BlobHandle blob, BlobLocation location, CancellationToken cancellationToken)
    {
        if (location.Length > UsualLength)
        {
            // The backend looks how long the pack is before it takes so much memory on the index's word.
            var content = await backend.LoadAsync(RepositoryPaths.Pack(location.Pack), location.Offset, (int)location.Length, cancellationToken);
            return codec.Rent(blob, content, location.UncompressedLength);
        }

        var rented = ArrayPool<byte>.Shared.Rent((int)location.Length);
        try
        {
            var sealedBytes = rented.AsMemory(0, (int)location.Length);
            await backend.ReadAsync(RepositoryPaths.Pack(location.Pack), location.Offset, sealedBytes, cancellationToken);
            return codec.Rent(blob, sealedBytes.Span, location.UncompressedLength);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
