using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Engine.Archives;

/// <summary>
/// Proves a manifests snapshot before it is committed. Reading a blob authenticates it, decompresses it and compares its hash, so a blob
/// that was read is the one that was written.
/// </summary>
internal sealed class SnapshotVerifier(Repository.Repository repository)
{
    private const long MostSampledBytes = 64L << 20;
    private const double SampledShare = 0.01;

    /// <summary>Verifies; what is not right is an exception that says so.</summary>
    /// <exception cref="RepositoryException">Something is missing or damaged: the snapshot must not be committed.</exception>
    public async Task VerifyAsync(Snapshot snapshot, VerificationMode mode, CancellationToken cancellationToken)
    {
        var blobs = await FindBlobsAsync(snapshot, cancellationToken);
        await CheckWrittenPacksAsync(mode, cancellationToken);
        foreach (var blob in mode == VerificationMode.Full ? blobs : [])
        {
            await repository.LoadBlobAsync(BlobType.Data, blob, cancellationToken);
        }
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

    private async Task CheckWrittenPacksAsync(VerificationMode mode, CancellationToken cancellationToken)
    {
        var options = new CheckOptions
        {
            Snapshots = [],
            Packs = repository.WrittenPacks,
            ReadDataFraction = mode switch { VerificationMode.Full => 1, VerificationMode.Sample => SampledShare, _ => 0 },
            ReadDataMaximumBytes = mode == VerificationMode.Sample ? MostSampledBytes : long.MaxValue,
        };
        var report = await new RepositoryChecker(repository, options).CheckAsync(cancellationToken);
        if (!report.IsClean)
        {
            throw Damaged(string.Join("; ", report.Problems.Take(3)));
        }
    }

    private RepositoryException Damaged(string what) => new(
        RepositoryErrorKind.Damaged, $"Verification of what was written to {repository.Location} failed: {what}. The backup is not kept; run it again.");
}
