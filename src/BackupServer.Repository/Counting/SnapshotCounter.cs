using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Counting;

/// <summary>Counts what snapshots take. The index must be loaded; the caller holds the repository's lock.</summary>
public sealed class SnapshotCounter(Repository repository)
{
    /// <summary>Counts in one of the ways.</summary>
    /// <exception cref="RepositoryException">Something that a snapshot needs is missing or damaged.</exception>
    public async Task<RepositoryCounts> CountAsync(CountMode mode, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var counts = mode switch
        {
            CountMode.RestoreSize => await CountRestoredAsync(snapshots, cancellationToken),
            CountMode.RawData => await CountStoredAsync(snapshots, cancellationToken),
            _ => await CountContentsAsync(snapshots, mode == CountMode.BlobsPerFile, cancellationToken),
        };
        return counts with { Snapshots = snapshots.Count };
    }

    private async Task<RepositoryCounts> CountRestoredAsync(IReadOnlyList<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        long files = 0;
        long bytes = 0;
        foreach (var snapshot in snapshots)
        {
            var links = new HashSet<(ulong Device, ulong Inode)>();
            await foreach (var (_, node) in new SnapshotReader(repository, snapshot).WalkAsync("/", cancellationToken))
            {
                files++;
                bytes += node.Links <= 1 || links.Add((node.DeviceId, node.Inode)) ? (long)node.Size : 0;
            }
        }

        return new RepositoryCounts { Files = files, Bytes = bytes };
    }

    private async Task<RepositoryCounts> CountContentsAsync(IReadOnlyList<Snapshot> snapshots, bool blobs, CancellationToken cancellationToken)
    {
        var contents = new HashSet<ObjectId>();
        var pathBlobs = new Dictionary<RawName, HashSet<ObjectId>>();
        var counts = new RepositoryCounts();
        foreach (var snapshot in snapshots)
        {
            await foreach (var (path, node) in new SnapshotReader(repository, snapshot).WalkAsync("/", cancellationToken))
            {
                if (node is not { Type: NodeType.File, Content: { } content } || !contents.Add(IdOf(content)))
                {
                    continue;
                }

                counts = blobs
                    ? CountBlobs(counts, pathBlobs, path, content)
                    : counts with { Files = counts.Files + 1, Bytes = counts.Bytes + (long)node.Size };
            }
        }

        return counts;
    }

    private RepositoryCounts CountBlobs(RepositoryCounts counts, Dictionary<RawName, HashSet<ObjectId>> pathBlobs, RawName path, IReadOnlyList<ObjectId> content)
    {
        if (!pathBlobs.TryGetValue(path, out var known))
        {
            pathBlobs.Add(path, known = []);
            counts = counts with { Files = counts.Files + 1 };
        }

        foreach (var id in content.Where(known.Add))
        {
            var length = repository.TryLocateBlob(BlobType.Data, id, out var location)
                ? location.PlainLength
                : throw new RepositoryException(RepositoryErrorKind.Damaged, $"data {id} of '{path}' is in no index of {repository.Location}; run check");
            counts = counts with { Blobs = counts.Blobs + 1, Bytes = counts.Bytes + length };
        }

        return counts;
    }

    private async Task<RepositoryCounts> CountStoredAsync(IReadOnlyList<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var index = repository.Index;
        var walker = StrictWalk.Create(repository);
        await walker.WalkAsync(snapshots.Select(static snapshot => snapshot.Tree).Distinct(), cancellationToken);
        long blobs = 0;
        long bytes = 0;
        long plain = 0;
        long compressed = 0;
        long compressedPlain = 0;
        for (var ordinal = 0; ordinal < walker.Used.Count; ordinal++)
        {
            if (!walker.Used[ordinal])
            {
                continue;
            }

            var entry = index.Entry(ordinal);
            var isCompressed = entry.UncompressedLength > 0;
            var length = isCompressed ? entry.UncompressedLength + Sealer.Overhead : entry.Length;
            blobs++;
            bytes += entry.Length;
            plain += length;
            compressed += isCompressed ? entry.Length : 0;
            compressedPlain += isCompressed ? length : 0;
        }

        return new RepositoryCounts { Blobs = blobs, Bytes = bytes, UncompressedBytes = plain, CompressedBlobsBytes = compressed, CompressedBlobsUncompressedBytes = compressedPlain };
    }

    /// <summary>One id for a list of ids.</summary>
    private static ObjectId IdOf(IReadOnlyList<ObjectId> content)
    {
        var bytes = new byte[content.Count * ObjectId.Size];
        for (var i = 0; i < content.Count; i++)
        {
            content[i].CopyTo(bytes.AsSpan(i * ObjectId.Size));
        }

        return ObjectId.Of(bytes);
    }
}
