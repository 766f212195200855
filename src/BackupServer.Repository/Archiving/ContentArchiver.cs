using System.Collections.Concurrent;
using BackupServer.Repository.Chunking;
using BackupServer.Repository.Files;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// Stores the contents of files as data blobs. Whoever reads a small file stores it too; of a large one, other threads store run after run while the next is read, so that one file
/// uses all processors. Safe for concurrent use; memory is bounded by the number of runs.
/// </summary>
internal sealed class ContentArchiver(Repository repository, ArchiveStatistics statistics, int concurrency) : IDisposable
{
    private readonly BoundaryKey _boundaries = new(repository.ChunkerPolynomial.ToString("x"));
    private readonly ConcurrentBag<FileChunkReader> _readers = [];
    private readonly ConcurrentBag<ChunkRun> _smallRuns = [];
    private readonly ConcurrentBag<ChunkRun> _largeRuns = [];
    private readonly SemaphoreSlim _largeSlots = new(Math.Max(2, concurrency));

    /// <summary>Reads a file to its end.</summary>
    /// <param name="file">The file; stays the caller's.</param>
    /// <param name="status">Its status now.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="FileSystemException">Reading failed.</exception>
    /// <exception cref="RepositoryException">Storing failed.</exception>
    public async ValueTask<FileContent> ReadAsync(FileHandle file, FileStatus status, CancellationToken cancellationToken)
    {
        FileChunkReader reader = _readers.TryTake(out FileChunkReader? used) ? used : new FileChunkReader(_boundaries);
        reader.Open(file, (long)status.Size);
        try
        {
            return status.Size < ChunkRun.Size
                ? await ReadSmallAsync(reader, status, cancellationToken)
                : await ReadLargeAsync(reader, status, cancellationToken);
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _largeSlots.Dispose();

    private async ValueTask<FileContent> ReadSmallAsync(FileChunkReader reader, FileStatus status, CancellationToken cancellationToken)
    {
        ChunkRun run = _smallRuns.TryTake(out ChunkRun? used) ? used : new ChunkRun();
        try
        {
            List<ObjectId> blobs = new(1);
            ulong size = 0;
            while (reader.Next(run))
            {
                size += await SaveAsync(run, blobs, cancellationToken);
            }

            return new FileContent(blobs, size, status, ChangedMeanwhile: false);
        }
        finally
        {
            _smallRuns.Add(run);
        }
    }

    private async ValueTask<FileContent> ReadLargeAsync(FileChunkReader reader, FileStatus status, CancellationToken cancellationToken)
    {
        Queue<Task<(List<ObjectId> Blobs, ulong Size)>> saves = new();
        List<ObjectId> blobs = [];
        ulong size = 0;
        try
        {
            for (bool atEnd = false; !atEnd || saves.Count > 0;)
            {
                while (saves.TryPeek(out Task<(List<ObjectId> Blobs, ulong Size)>? oldest) && (atEnd || oldest.IsCompleted))
                {
                    (List<ObjectId> saved, ulong length) = await saves.Dequeue();
                    blobs.AddRange(saved);
                    size += length;
                }

                if (!atEnd)
                {
                    await _largeSlots.WaitAsync(cancellationToken);
                    ChunkRun run = _largeRuns.TryTake(out ChunkRun? used) ? used : new ChunkRun();
                    atEnd = !TryNext(reader, run);
                    if (!atEnd)
                    {
                        saves.Enqueue(Task.Run(() => SaveAndReturnAsync(run, cancellationToken), CancellationToken.None));
                    }
                }
            }

            return new FileContent(blobs, size, status, ChangedMeanwhile: false);
        }
        finally
        {
            // After a failure others may still be at work on runs of this file.
            await Task.WhenAll(saves).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private bool TryNext(FileChunkReader reader, ChunkRun run)
    {
        bool filled = false;
        try
        {
            return filled = reader.Next(run);
        }
        finally
        {
            if (!filled)
            {
                Return(run);
            }
        }
    }

    private async Task<(List<ObjectId> Blobs, ulong Size)> SaveAndReturnAsync(ChunkRun run, CancellationToken cancellationToken)
    {
        try
        {
            List<ObjectId> blobs = new(run.Count);
            ulong size = await SaveAsync(run, blobs, cancellationToken);
            return (blobs, size);
        }
        finally
        {
            Return(run);
        }
    }

    private void Return(ChunkRun run)
    {
        _largeRuns.Add(run);
        _largeSlots.Release();
    }

    private async ValueTask<ulong> SaveAsync(ChunkRun run, List<ObjectId> blobs, CancellationToken cancellationToken)
    {
        ulong size = 0;
        for (int i = 0; i < run.Count; i++)
        {
            ReadOnlyMemory<byte> chunk = run[i];
            SavedBlob saved = await repository.SaveBlobAsync(BlobType.Data, chunk, cancellationToken);
            statistics.BlobSaved(BlobType.Data, saved, chunk.Length);
            blobs.Add(saved.Id);
            size += (ulong)chunk.Length;
        }

        return size;
    }
}
