using BackupServer.Repository.Chunking;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// Backs up one stream as a file, cut where its content says so. Nothing of it is visible unless it came to its end. The index must be loaded; the caller holds
/// the repository's lock.
/// </summary>
public sealed class StreamArchiver(Repository repository)
{
    private const uint FileMode = 0x1A4;
    private const uint DirectoryMode = 0x1ED | NodeMode.Directory;
    private const int ReadSize = 1 << 20;

    /// <summary>Reads to the end and writes the snapshot.</summary>
    /// <exception cref="ArgumentException">The path cannot be that of a file.</exception>
    /// <exception cref="IOException">The stream cannot be read; there is no snapshot.</exception>
    /// <exception cref="RepositoryException">The repository cannot be written.</exception>
    public async Task<ArchiveResult> ArchiveAsync(Stream content, StreamArchiveOptions options, CancellationToken cancellationToken)
    {
        var parts = new RawName(options.Path).Split();
        if (parts.Count == 0 || !parts.All(static part => part.IsEntryName))
        {
            throw new ArgumentException($"'{options.Path}' cannot be a file of a snapshot.", nameof(options));
        }

        var start = repository.TimeProvider.GetUtcNow();
        var statistics = new ArchiveStatistics(options.Progress);
        var (blobs, size) = await ReadAsync(content, options, statistics, cancellationToken);
        await (options.BeforeCommit?.Invoke(cancellationToken) ?? Task.CompletedTask);
        statistics.FileDone(inParent: false, unmodified: false, (ulong)size);
        var tree = await SaveTreesAsync(parts, blobs, size, NodeTime.From(options.Time ?? start), statistics, cancellationToken);
        await repository.FlushAsync(cancellationToken);
        var summary = statistics.ToSummary(start, repository.TimeProvider.GetUtcNow());
        var snapshot = new Snapshot
        {
            Time = options.Time ?? start,
            Tree = tree,
            Paths = ["/" + string.Join('/', parts)],
            HostName = options.HostName,
            UserName = options.UserName,
            Uid = LinuxCalls.EffectiveUser(),
            Tags = options.Tags.Count > 0 ? options.Tags : null,
            ProgramVersion = options.ProgramVersion,
            Summary = summary,
        };
        return new ArchiveResult(await repository.SaveSnapshotAsync(snapshot, cancellationToken), summary, 0, []);
    }

    private async Task<(List<ObjectId> Blobs, long Size)> ReadAsync(
        Stream content, StreamArchiveOptions options, ArchiveStatistics statistics, CancellationToken cancellationToken)
    {
        var chunker = new ContentChunker(new BoundaryKey(repository.ChunkerPolynomial.ToString("x")));
        var blobs = new List<ObjectId>();
        var saving = new Queue<Task<ObjectId>>();
        var buffer = new byte[ChunkLimits.Maximum + ReadSize];
        var (pending, size, atEnd) = (0, 0L, false);
        chunker.Reset();
        try
        {
            while (!atEnd || pending > 0)
            {
                var length = chunker.Next(buffer.AsSpan(0, pending), atEnd);
                if (length == 0)
                {
                    // Without room for another read the longest chunk is there already.
                    var count = await content.ReadAsync(buffer.AsMemory(pending), cancellationToken);
                    atEnd = count == 0;
                    pending += count;
                    continue;
                }

                if (saving.Count >= options.Concurrency)
                {
                    blobs.Add(await saving.Dequeue());
                }

                var chunk = buffer.AsSpan(0, length).ToArray();
                saving.Enqueue(Task.Run(() => SaveAsync(chunk, statistics, cancellationToken), cancellationToken));
                buffer.AsSpan(length, pending - length).CopyTo(buffer);
                (pending, size) = (pending - length, size + length);
                options.Progress?.Report(new ArchiveProgress(0, size, statistics.StoredBytes));
            }

            while (saving.TryDequeue(out var saved))
            {
                blobs.Add(await saved);
            }

            return (blobs, size);
        }
        finally
        {
            // After a failure others may still be at work.
            await Task.WhenAll(saving).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task<ObjectId> SaveAsync(byte[] chunk, ArchiveStatistics statistics, CancellationToken cancellationToken)
    {
        var saved = await repository.SaveBlobAsync(BlobType.Data, chunk, cancellationToken);
        statistics.BlobSaved(BlobType.Data, saved, chunk.Length);
        return saved.Id;
    }

    private async Task<ObjectId> SaveTreesAsync(
        IReadOnlyList<RawName> parts, List<ObjectId> blobs, long size, NodeTime time, ArchiveStatistics statistics, CancellationToken cancellationToken)
    {
        var node = new Node
        {
            Name = parts[^1],
            Type = NodeType.File,
            Mode = FileMode,
            ModifiedAt = time,
            AccessedAt = time,
            ChangedAt = time,
            Uid = LinuxCalls.EffectiveUser(),
            Size = (ulong)size,
            Links = 1,
            Content = blobs,
        };
        for (var i = parts.Count - 2; ; i--)
        {
            var tree = TreeCodec.Encode([node]);
            var saved = await repository.SaveBlobAsync(BlobType.Tree, tree, cancellationToken);
            statistics.BlobSaved(BlobType.Tree, saved, tree.Length);
            if (i < 0)
            {
                return saved.Id;
            }

            node = new Node { Name = parts[i], Type = NodeType.Directory, Mode = DirectoryMode, ModifiedAt = time, AccessedAt = time, ChangedAt = time, Subtree = saved.Id };
        }
    }
}
