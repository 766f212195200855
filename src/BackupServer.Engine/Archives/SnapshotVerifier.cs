using System.Security.Cryptography;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
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
    private const int SampleShare = 100;

    /// <summary>Verifies; what is not right is an exception that says so.</summary>
    /// <exception cref="RepositoryException">Something is missing or damaged: the snapshot must not be committed.</exception>
    public async Task VerifyAsync(Snapshot snapshot, VerificationMode mode, CancellationToken cancellationToken)
    {
        var written = repository.WrittenPacks.Select(pack => pack.Name).ToHashSet(StringComparer.Ordinal);
        var inNewPacks = new List<ObjectId>();
        var all = new HashSet<ObjectId>();

        // The walk reads every tree, so these need no further reading.
        await foreach (var entry in new SnapshotReader(repository, snapshot).WalkAsync("/", cancellationToken))
        {
            foreach (var blob in entry.Node is { Type: NodeType.File, Content: { } content } ? content : [])
            {
                if (!all.Add(blob))
                {
                    continue;
                }

                if (!repository.TryLocateBlob(BlobType.Data, blob, out var location))
                {
                    throw new RepositoryException(
                        RepositoryErrorKind.Damaged, $"Verification: blob {blob} of {entry.Path} is not in the index of {repository.Location}. The backup is not kept; run it again.");
                }

                if (written.Contains(location.Pack.ToString()))
                {
                    inNewPacks.Add(blob);
                }
            }
        }

        foreach (var blob in mode switch { VerificationMode.Full => all, VerificationMode.Sample => Sample(inNewPacks), _ => [] })
        {
            await repository.LoadBlobAsync(BlobType.Data, blob, cancellationToken);
        }
    }

    // One blob of each pack at least shows that the pack is there; beyond that a share of all, until the limit.
    private IEnumerable<ObjectId> Sample(List<ObjectId> blobs)
    {
        var seen = new HashSet<ObjectId>();
        var bytes = 0L;
        var shuffled = blobs.ToArray();
        RandomNumberGenerator.Shuffle(shuffled.AsSpan());
        for (var i = 0; i < shuffled.Length; i++)
        {
            repository.TryLocateBlob(BlobType.Data, shuffled[i], out var location);
            var firstOfPack = seen.Add(location.Pack);
            if ((firstOfPack || i < (blobs.Count / SampleShare) + 1) && bytes < MostSampledBytes)
            {
                bytes += location.PlainLength;
                yield return shuffled[i];
            }
        }
    }
}
