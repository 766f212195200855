using BackupServer.Repository.Chunking;
using BackupServer.Repository.Files;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Restoring;

/// <summary>Brings a file's bytes to those of the snapshot, blob by blob. Safe for concurrent use with different files.</summary>
internal sealed class ContentWriter(Repository repository, RestoreOptions options, RestoreStatistics statistics)
{
    private const int Block = 4096;
    private static readonly ObjectId ZeroPiece = ObjectId.Of(FileChunkReader.ZeroPiece.Span);

    /// <summary>Writes a new, empty file.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="RepositoryException">A blob is missing or damaged.</exception>
    /// <exception cref="FileSystemException">Writing failed.</exception>
    public async Task<long> WriteNewAsync(FileHandle file, IReadOnlyList<ObjectId> content, CancellationToken cancellationToken)
    {
        long offset = 0;
        foreach (ObjectId id in content)
        {
            if (options.Sparse && id == ZeroPiece)
            {
                offset += ChunkLimits.ZeroPiece;
                continue;
            }

            byte[] blob = await repository.LoadBlobAsync(BlobType.Data, id, cancellationToken);
            if (options.Sparse)
            {
                WriteWithHoles(file, blob, offset);
            }
            else
            {
                file.Write(blob, offset);
                statistics.Written(blob.Length);
            }

            offset += blob.Length;
        }

        file.SetLength(offset);
        return offset;
    }

    /// <summary>Brings an existing file to the content, writing only the blobs that differ.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="RepositoryException">A blob is missing or damaged.</exception>
    /// <exception cref="FileSystemException">Reading or writing failed.</exception>
    public async Task<long> UpdateAsync(FileHandle file, IReadOnlyList<ObjectId> content, CancellationToken cancellationToken)
    {
        long[] lengths = [.. content.Select(LengthOf)];
        if (lengths.Sum() != (long)file.Stat().Size)
        {
            file.SetLength(lengths.Sum());
        }

        byte[] buffer = new byte[lengths.DefaultIfEmpty().Max()];
        long offset = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Memory<byte> existing = buffer.AsMemory(0, (int)lengths[i]);
            int read = file.Read(existing.Span, offset);
            if (read != existing.Length || ObjectId.Of(existing.Span) != content[i])
            {
                await ReplaceAsync(file, content[i], offset, lengths[i], cancellationToken);
            }

            offset += lengths[i];
        }

        return offset;
    }

    /// <summary>The offset of the first byte range that is not that of the content, or null.</summary>
    public long? FindMismatch(FileHandle file, IReadOnlyList<ObjectId> content, CancellationToken cancellationToken)
    {
        long[] lengths = [.. content.Select(LengthOf)];
        byte[] buffer = new byte[lengths.DefaultIfEmpty().Max()];
        long offset = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Memory<byte> actual = buffer.AsMemory(0, (int)lengths[i]);
            if (file.Read(actual.Span, offset) != actual.Length || ObjectId.Of(actual.Span) != content[i])
            {
                return offset;
            }

            offset += lengths[i];
        }

        return (long)file.Stat().Size == offset ? null : offset;
    }

    private async Task ReplaceAsync(FileHandle file, ObjectId id, long offset, long length, CancellationToken cancellationToken)
    {
        if (options.Sparse && id == ZeroPiece && file.TryPunchHole(offset, ChunkLimits.ZeroPiece))
        {
            return;
        }

        byte[] blob = await repository.LoadBlobAsync(BlobType.Data, id, cancellationToken);
        if (blob.Length != length)
        {
            // Two entries of the blob disagree; what comes behind it would be written to a wrong place.
            throw new RepositoryException(RepositoryErrorKind.Damaged, $"data {id} has {blob.Length} bytes, but an index of {repository.Location} says {length}");
        }

        file.Write(blob, offset);
        statistics.Written(blob.Length);
    }

    // Blocks of zeros are left out; what is not written in a new file is a hole.
    private void WriteWithHoles(FileHandle file, ReadOnlySpan<byte> blob, long offset)
    {
        int start = 0;
        int position = 0;
        while (position < blob.Length)
        {
            int end = (int)Math.Min(blob.Length, position + Block - ((offset + position) % Block));
            if (!blob[position..end].ContainsAnyExcept((byte)0))
            {
                Write(file, blob[start..position], offset + start);
                start = end;
            }

            position = end;
        }

        Write(file, blob[start..], offset + start);
    }

    private void Write(FileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (!bytes.IsEmpty)
        {
            file.Write(bytes, offset);
            statistics.Written(bytes.Length);
        }
    }

    private long LengthOf(ObjectId id)
    {
        if (!repository.TryLocateBlob(BlobType.Data, id, out Indexing.BlobLocation location))
        {
            throw new RepositoryException(RepositoryErrorKind.NotFound, $"data {id} is not in the index of {repository.Location}");
        }

        return location.PlainLength <= BlobLimits.Data
            ? location.PlainLength
            : throw new RepositoryException(
                RepositoryErrorKind.Damaged, $"the index of {repository.Location} claims that data {id} has {location.PlainLength} bytes, more than the {BlobLimits.Data} that are accepted");
    }
}
