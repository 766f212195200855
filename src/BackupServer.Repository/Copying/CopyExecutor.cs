using BackupServer.Repository.Indexing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Copying;

/// <summary>Carries a copy out: pack by pack, several at a time, each blob proved on the way.</summary>
internal sealed class CopyExecutor(Repository source, Repository destination, IReadOnlyList<CopyStep> steps, IProgress<CopyProgress>? progress)
{
    // Small snapshots share packs; a large one is visible as soon as it is whole.
    private const long BytesPerCommit = 256L << 20;

    // A gap that is read and thrown away costs less than another request.
    private const int AcceptedGap = 128 << 10;
    private const int LongestRead = 16 << 20;

    private readonly long _totalBlobs = steps.Sum(static step => (long)step.Ordinals.Length);
    private readonly long _totalBytes = steps.Sum(static step => step.Bytes);
    private readonly List<Snapshot> _waiting = [];
    private readonly List<Snapshot> _written = [];
    private long _waitingBytes;
    private long _blobs;
    private long _bytes;

    public async Task<IReadOnlyList<Snapshot>> ExecuteAsync(CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            await CopyAsync(step, cancellationToken);
            _waiting.Add(step.Snapshot);
            _waitingBytes += step.Bytes;
            if (_waitingBytes >= BytesPerCommit)
            {
                await CommitAsync(cancellationToken);
            }
        }

        await CommitAsync(cancellationToken);
        return _written;
    }

    private async Task CopyAsync(CopyStep step, CancellationToken cancellationToken)
    {
        var index = source.Index;
        var packs = step.Ordinals.GroupBy(ordinal => index.Entry(ordinal).Pack);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = source.Options.ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(packs, parallel, async (pack, token) =>
        {
            var entries = pack.Select(index.Entry).OrderBy(static entry => entry.Offset).ToList();
            foreach (var run in Runs(entries))
            {
                await CopyRunAsync(index.Pack(pack.Key), run, token);
            }
        });
    }

    private static IEnumerable<List<IndexEntry>> Runs(List<IndexEntry> entries)
    {
        var run = new List<IndexEntry>();
        foreach (var entry in entries)
        {
            if (run.Count > 0 && (entry.Offset > EndOf(run[^1]) + AcceptedGap || EndOf(entry) - run[0].Offset > LongestRead))
            {
                yield return run;
                run = [];
            }

            run.Add(entry);
        }

        yield return run;
    }

    private static long EndOf(IndexEntry entry) => (long)entry.Offset + entry.Length;

    private async Task CopyRunAsync(ObjectId pack, List<IndexEntry> run, CancellationToken cancellationToken)
    {
        var start = run[0].Offset;
        // A run of one blob goes the way of every read, with its limits; so does everything when the pack is not what the index says.
        var bytes = run.Count == 1 ? null : await TryReadAsync(pack, start, (int)(run.Max(EndOf) - start), cancellationToken);
        foreach (var entry in run)
        {
            var plaintext = (bytes is null ? null : TryOpen(entry, bytes.AsMemory((int)(entry.Offset - start), (int)entry.Length)))
                ?? await source.LoadBlobAsync(entry.Type, entry.Id, cancellationToken);
            await destination.SaveBlobAsync(entry.Type, plaintext, cancellationToken);
            var blobs = Interlocked.Increment(ref _blobs);
            progress?.Report(new CopyProgress(blobs, _totalBlobs, Interlocked.Add(ref _bytes, entry.Length), _totalBytes));
        }
    }

    private async Task<byte[]?> TryReadAsync(ObjectId pack, long offset, int length, CancellationToken cancellationToken)
    {
        try
        {
            // A store that gives less than was asked for is one that failed.
            var bytes = await source.Backend.LoadAsync(RepositoryPaths.Pack(pack), offset, length, cancellationToken);
            return bytes.Length == length ? bytes : null;
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.NotFound or RepositoryErrorKind.Damaged)
        {
            // Another pack may have a copy of each blob; if not, that is told blob by blob.
            return null;
        }
    }

    private byte[]? TryOpen(IndexEntry entry, ReadOnlyMemory<byte> sealedBytes)
    {
        try
        {
            return source.Codec.Open(entry.Blob, sealedBytes.Span, entry.UncompressedLength);
        }
        catch (InvalidDataException)
        {
            // As above.
            return null;
        }
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        foreach (var snapshot in _waiting)
        {
            // The parent of the source need not be here.
            var copy = snapshot with { Parent = null, Original = snapshot.Original ?? snapshot.Id };
            _written.Add(await destination.SaveSnapshotAsync(copy, cancellationToken));
        }

        _waiting.Clear();
        _waitingBytes = 0;
    }
}
