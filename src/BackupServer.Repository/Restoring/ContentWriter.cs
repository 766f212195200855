using BackupServer.Repository.Chunking;
using BackupServer.Repository.Files;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Restoring;

/// <summary>Brings a file's bytes to those of the snapshot, blob by blob. Safe for concurrent use with different files.</summary>
internal sealed class ContentWriter(Repository repository, RestoreOptions options, RestoreStatistics statistics) : IDisposable
{
    private const int Block = 4096;

    // Files of fewer blobs are written by one thread: others have files of their own.
    private const int ParallelBlobs = 8;

    // Blobs of large files that are in memory at a time, whatever the number of files.
    private static readonly int OpenBlobs = Environment.ProcessorCount + 2;
    private static readonly ObjectId ZeroPiece = ObjectId.Of(FileChunkReader.ZeroPiece.Span);

    private readonly SemaphoreSlim _slots = new(OpenBlobs);

    /// <summary>Writes a new, empty file.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="RepositoryException">A blob is missing or damaged.</exception>
    /// <exception cref="FileSystemException">Writing failed.</exception>
    public async Task<long> WriteNewAsync(FileHandle file, IReadOnlyList<ObjectId> content, CancellationToken cancellationToken)
    {
        return content.Count < ParallelBlobs ? await WriteInOrderAsync(file, content, cancellationToken) : await WriteParallelAsync(file, content, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async ValueTask<long> WriteInOrderAsync(FileHandle file, IReadOnlyList<ObjectId> content, CancellationToken cancellationToken)
    {
        long offset = 0;
        long written = 0;
        foreach (ObjectId id in content)
        {
            if (options.Sparse && id == ZeroPiece)
            {
                offset += ChunkLimits.ZeroPiece;
                continue;
            }

            using LoadedBlob blob = await repository.RentBlobAsync(BlobType.Data, id, cancellationToken);
            written = Math.Max(written, WriteNew(file, blob.Bytes.Span, offset));
            offset += blob.Bytes.Length;
        }

        if (written < offset)
        {
            file.SetLength(offset);
        }

        return offset;
    }

    // One large file, too, uses all processors: where each blob belongs follows from the lengths that the index tells.
    private async ValueTask<long> WriteParallelAsync(FileHandle file, IReadOnlyList<ObjectId> content, CancellationToken cancellationToken)
    {
        long[] offsets = new long[content.Count + 1];
        for (int i = 0; i < content.Count; i++)
        {
            offsets[i + 1] = offsets[i] + LengthOf(content[i]);
        }

        // File systems let one thread at a time write a file; who waits for that in the kernel keeps a processor busy.
        using SemaphoreSlim turn = new(1);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Environment.ProcessorCount + 1, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, content.Count, parallel, async (i, token) =>
        {
            if (options.Sparse && content[i] == ZeroPiece)
            {
                return;
            }

            await _slots.WaitAsync(token);
            try
            {
                using LoadedBlob blob = await RentAsync(content[i], offsets[i + 1] - offsets[i], token);
                await turn.WaitAsync(token);
                try
                {
                    WriteNew(file, blob.Bytes.Span, offsets[i]);
                }
                finally
                {
                    turn.Release();
                }
            }
            finally
            {
                _slots.Release();
            }
        });

        file.SetLength(offsets[^1]);
        return offsets[^1];
    }

    // The end of what was written.
    private long WriteNew(FileHandle file, ReadOnlySpan<byte> blob, long offset)
    {
        if (options.Sparse)
        {
            return WriteWithHoles(file, blob, offset);
        }

        file.Write(blob, offset);
        statistics.Written(blob.Length);
        return offset + blob.Length;
    }

    private async ValueTask<LoadedBlob> RentAsync(ObjectId id, long length, CancellationToken cancellationToken)
    {
        LoadedBlob blob = await repository.RentBlobAsync(BlobType.Data, id, cancellationToken);
        if (blob.Bytes.Length == length)
        {
            return blob;
        }

        // Two entries of the blob disagree; what comes behind it would be written to a wrong place.
        int actual = blob.Bytes.Length;
        blob.Dispose();
        throw new RepositoryException(RepositoryErrorKind.Damaged, $"data {id} has {actual} bytes, but an index of {repository.Location} says {length}");
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

        using LoadedBlob blob = await RentAsync(id, length, cancellationToken);
        file.Write(blob.Bytes.Span, offset);
        statistics.Written(blob.Bytes.Length);
    }

    // Blocks of zeros are left out; what is not written in a new file is a hole.
    private long WriteWithHoles(FileHandle file, ReadOnlySpan<byte> blob, long offset)
    {
        int start = 0;
        int position = 0;
        long written = 0;
        while (position < blob.Length)
        {
            int end = (int)Math.Min(blob.Length, position + Block - ((offset + position) % Block));
            if (!blob[position..end].ContainsAnyExcept((byte)0))
            {
                written = Math.Max(written, Write(file, blob[start..position], offset + start));
                start = end;
            }

            position = end;
        }

        return Math.Max(written, Write(file, blob[start..], offset + start));
    }

    private long Write(FileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }

        file.Write(bytes, offset);
        statistics.Written(bytes.Length);
        return offset + bytes.Length;
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
