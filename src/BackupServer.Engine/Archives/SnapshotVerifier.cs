using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Engine.Archives;

/// <summary>
/// Proves a manifests snapshot before it is committed. Reading a blob authenticates it, decompresses it and compares its hash, so a blob
/// that was read is the one that was written. What earlier backups stored is as needed as what is new, so a sample takes from both.
/// </summary>
internal sealed class SnapshotVerifier(Repository.Repository repository, Random random)
{
    private const long MostSampledBytes = 64L << 20;
    private const double SampledShare = 0.01;

    /// <summary>Verifies; what is not right is an exception that says so.</summary>
    /// <exception cref="RepositoryException">Something is missing or damaged: the snapshot must not be committed.</exception>
    public async Task<VerificationProof> VerifyAsync(Snapshot snapshot, VerificationMode mode, CancellationToken cancellationToken)
    {
        var blobs = await FindBlobsAsync(snapshot, cancellationToken);
        var written = await CheckWrittenPacksAsync(mode, cancellationToken);
        var reused = ReusedOf(blobs);
        var readAgain = mode switch { VerificationMode.Full => reused, VerificationMode.Sample => SampleOf(reused), _ => [] };
        await ReadAsync(readAgain.Select(blob => blob.Id), cancellationToken);
        return new VerificationProof
        {
            Mode = mode,
            NewPacks = repository.WrittenPacks.Count,
            NewPacksRead = written.PacksRead,
            ReusedBlobs = reused.Count,
            ReusedBlobsRead = readAgain.Count,
            ReusedPacks = reused.Select(blob => blob.Location.Pack).Distinct().Count(),
            ReusedPacksRead = readAgain.Select(blob => blob.Location.Pack).Distinct().Count(),
            Bytes = written.BytesRead + readAgain.Sum(blob => (long)blob.Location.Length),
        };
    }

    // The walk reads every tree, so these need no further reading.
    private async Task<HashSet<ObjectId>> FindBlobsAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var blobs = new HashSet<ObjectId>();
        await foreach (var entry in new SnapshotReader(repository, snapshot).WalkAsync("/", cancellationToken))
        {
            foreach (var blob in entry.Node is { Type: NodeType.File, Content: { } content } ? content : [])
            {
                if (blobs.Add(blob) && !repository.ContainsBlob(BlobType.Data, blob))
                {
                    throw Damaged($"blob {blob} of {entry.Path} is not in the index");
                }
            }
        }

        return blobs;
    }

    private async Task<CheckReport> CheckWrittenPacksAsync(VerificationMode mode, CancellationToken cancellationToken)
    {
        var options = new CheckOptions
        {
            Snapshots = [],
            Packs = repository.WrittenPacks,
            ReadDataFraction = mode switch { VerificationMode.Full => 1, VerificationMode.Sample => SampledShare, _ => 0 },
            ReadDataMaximumBytes = mode == VerificationMode.Sample ? MostSampledBytes : long.MaxValue,
            Random = random,
        };
        var report = await new RepositoryChecker(repository, options).CheckAsync(cancellationToken);
        return report.IsClean ? report : throw Damaged(string.Join("; ", report.Problems.Take(3)));
    }

    private List<(ObjectId Id, BlobLocation Location)> ReusedOf(IEnumerable<ObjectId> blobs)
    {
        var written = repository.WrittenPacks.Select(file => file.Name).ToHashSet();
        return [.. blobs.Select(blob => (Id: blob, Location: LocationOf(blob))).Where(blob => !written.Contains(blob.Location.Pack.ToString()))];
    }

    private BlobLocation LocationOf(ObjectId blob) => repository.TryLocateBlob(BlobType.Data, blob, out var location)
        ? location
        : throw Damaged($"blob {blob} is not in the index any more");

    // Damage comes by the pack: one blob of each first, then more until the share is reached.
    private List<(ObjectId Id, BlobLocation Location)> SampleOf(List<(ObjectId Id, BlobLocation Location)> reused)
    {
        var order = reused.ToArray();
        random.Shuffle(order);
        var first = order.DistinctBy(blob => blob.Location.Pack).ToList();
        var wanted = reused.Sum(blob => (long)blob.Location.Length) * SampledShare;
        var chosen = new List<(ObjectId Id, BlobLocation Location)>();
        var bytes = 0L;
        foreach (var blob in first.Concat(order.Except(first)))
        {
            if ((chosen.Count >= first.Count && bytes >= wanted) || (chosen.Count > 0 && bytes + blob.Location.Length > MostSampledBytes))
            {
                break;
            }

            chosen.Add(blob);
            bytes += blob.Location.Length;
        }

        return chosen;
    }

    private async Task ReadAsync(IEnumerable<ObjectId> blobs, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var blob in blobs)
            {
                await repository.LoadBlobAsync(BlobType.Data, blob, cancellationToken);
            }
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged,
                $"Verification of what the backup needs in {repository.Location} failed: {e.Message}. The backup is not kept, because it could not be restored whole. "
                    + "A check with --read-data names what else is affected; 'restic repair packs' takes a damaged pack out of the index, and the next backup stores anew what it held.",
                e);
        }
    }

    private RepositoryException Damaged(string what) => new(
        RepositoryErrorKind.Damaged, $"Verification of what was written to {repository.Location} failed: {what}. The backup is not kept; run it again.");
}
