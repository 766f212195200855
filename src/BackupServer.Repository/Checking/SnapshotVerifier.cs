using System.Collections;
using System.Collections.Concurrent;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Checking;

/// <summary>
/// Proves a snapshot before it is committed, or one that is. Reading a blob authenticates it, decompresses it and compares its hash, so a blob
/// that was read is the one that was written. What earlier backups stored is as needed as what is new, so a sample takes from both.
/// The index must be loaded, and everything flushed; the caller holds the repository's lock and stores nothing meanwhile.
/// </summary>
/// <param name="repository">The repository; what it wrote itself counts as new.</param>
/// <param name="depth">How much is read.</param>
/// <param name="random">Chooses the sample.</param>
public sealed class SnapshotVerifier(Repository repository, VerificationDepth depth, Random random)
{
    private const long MostSampledBytes = 64L << 20;
    private const double SampledShare = 0.01;

    /// <summary>What one request for a list brings at least: with more packs in the repository, asking for the needed ones may take fewer requests.</summary>
    private const int PacksOfAList = 1000;

    private readonly BlobIndex _index = repository.Index;

    /// <summary>Verifies; what is not right is an exception that says so.</summary>
    /// <exception cref="RepositoryException">
    /// <see cref="RepositoryErrorKind.Damaged"/>: something that the snapshot needs is missing or damaged, so it must not be committed. The message names the packs and how to mend that.
    /// </exception>
    public async Task<VerificationProof> VerifyAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var needed = await WalkAsync(snapshot, cancellationToken);
        var written = await CheckWrittenPacksAsync(cancellationToken);
        var reused = ReusedOf(needed, out var packs);
        await ComparePacksAsync(needed, packs, cancellationToken);
        var read = depth switch { VerificationDepth.Full => reused, VerificationDepth.Sample => SampleOf(reused), _ => [] };
        if (await new ContentProver(repository).ProveAsync(read, cancellationToken) is { Count: > 0 } damaged)
        {
            throw Damaged(
                Words(damaged),
                $"'backupctl repository repair packs {string.Join(' ', damaged.Keys.Order())}' takes these packs out of the index and saves what is intact in them, and the next backup stores the rest anew; "
                    + "'backupctl repository check --read-data' names the earlier backups that are affected");
        }

        return new VerificationProof
        {
            Depth = depth,
            NewPacks = repository.WrittenPacks.Count,
            NewPacksRead = written?.PacksRead ?? 0,
            ReusedBlobs = reused.Count,
            ReusedBlobsRead = read.Count,
            ReusedPacks = PacksOf(reused),
            ReusedPacksRead = PacksOf(read),
            BytesRead = (written?.BytesRead ?? 0) + BytesOf(read),
        };
    }

    // The walk reads every tree, so these need no further reading.
    private async Task<BitArray> WalkAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var problems = new ConcurrentQueue<ReferenceProblem>();
        var walker = new ReferenceWalker(repository.Blobs, _index, repository.Options.ParallelReads, problems.Enqueue, static (_, _) => { });
        await walker.WalkAsync([snapshot.Tree], cancellationToken);
        return problems.IsEmpty ? walker.Used : throw Damaged(
            string.Join("; ", problems.Take(3).Select(static problem => problem.Message)),
            "'backupctl repository check --read-data' names what else is affected; 'backupctl repository repair index' and then 'repair packs' with the named packs take out of the index what cannot be read, "
                + "and the next backup stores it anew");
    }

    private async Task<CheckReport?> CheckWrittenPacksAsync(CancellationToken cancellationToken)
    {
        if (repository.WrittenPacks is not { Count: > 0 } written)
        {
            return null;
        }

        var options = new CheckOptions
        {
            Snapshots = [],
            Packs = written,
            ReadDataFraction = depth switch { VerificationDepth.Full => 1, VerificationDepth.Sample => SampledShare, _ => 0 },
            ReadDataMaximumBytes = depth == VerificationDepth.Sample ? MostSampledBytes : long.MaxValue,
            Random = random,
        };
        var report = await new RepositoryChecker(repository, options).CheckAsync(cancellationToken);
        return report.IsClean ? report : throw Damaged(string.Join("; ", report.Problems.Take(3)), "What was just written is not what the storage gives back: look at the storage, then run the backup again");
    }

    private List<int> ReusedOf(BitArray needed, out HashSet<int> packs)
    {
        var written = new HashSet<int>();
        foreach (var file in repository.WrittenPacks)
        {
            if (_index.TryGetPack(ObjectId.Parse(file.Name), out var pack))
            {
                written.Add(pack);
            }
        }

        packs = [];
        var reused = new List<int>();
        for (var ordinal = 0; ordinal < needed.Count; ordinal++)
        {
            if (needed[ordinal] && _index.Entry(ordinal) is var entry && !written.Contains(entry.Pack))
            {
                packs.Add(entry.Pack);
                if (entry.Type == BlobType.Data)
                {
                    reused.Add(ordinal);
                }
            }
        }

        return reused;
    }

    private async Task ComparePacksAsync(BitArray needed, HashSet<int> packs, CancellationToken cancellationToken)
    {
        var wrong = new ConcurrentDictionary<ObjectId, string>();
        var sizes = packs.Count > 1 + (_index.PackCount / PacksOfAList) ? await ListSizesAsync(cancellationToken) : null;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = repository.Options.ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(packs, parallel, async (pack, token) =>
        {
            var id = _index.Pack(pack);
            long? size = sizes is null ? await repository.Backend.SizeAsync(RepositoryPaths.Pack(id), token) : sizes.TryGetValue(id, out var listed) ? listed : null;
            if (size is null)
            {
                wrong.TryAdd(id, $"pack {id} does not exist");
            }
            else if (size < _index.PackSize(pack))
            {
                wrong.TryAdd(id, $"pack {id} has {size} bytes, but what the index says is in it takes {_index.PackSize(pack)}");
            }
        });
        if (!wrong.IsEmpty && IsNeeded(needed, wrong.Keys))
        {
            throw Damaged(
                Words(wrong),
                "Bring the packs back from a copy of the storage; where there is none, 'backupctl repository repair index' takes packs that are gone out of the index, "
                    + "'repair packs' with their ids those that were cut, and the next backup stores anew what they held");
        }
    }

    // A pack that is gone does no harm where others hold the same blobs.
    private bool IsNeeded(BitArray needed, ICollection<ObjectId> wrong)
    {
        for (var ordinal = 0; ordinal < needed.Count; ordinal++)
        {
            if (needed[ordinal] && _index.FindAll(_index.Entry(ordinal).Blob).All(copy => wrong.Contains(_index.Pack(_index.Entry(copy).Pack))))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Dictionary<ObjectId, long>> ListSizesAsync(CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<ObjectId, long>();
        await foreach (var file in repository.Backend.ListAsync(RepositoryPaths.Data, cancellationToken))
        {
            if (ObjectId.TryParse(file.Name, out var id))
            {
                sizes[id] = file.Size;
            }
        }

        return sizes;
    }

    // Damage comes by the pack: one blob of each first, then more until the share is reached.
    private List<int> SampleOf(List<int> reused)
    {
        var order = reused.ToArray();
        random.Shuffle(order);
        var packs = new HashSet<int>();
        var first = order.Where(ordinal => packs.Add(_index.Entry(ordinal).Pack)).ToList();
        var wanted = BytesOf(reused) * SampledShare;
        var taken = first.ToHashSet();
        var chosen = new List<int>();
        var bytes = 0L;
        foreach (var ordinal in first.Concat(order.Where(ordinal => !taken.Contains(ordinal))))
        {
            var length = _index.Entry(ordinal).Length;
            if ((chosen.Count >= first.Count && bytes >= wanted) || (chosen.Count > 0 && bytes + length > MostSampledBytes))
            {
                break;
            }

            chosen.Add(ordinal);
            bytes += length;
        }

        return chosen;
    }

    private int PacksOf(IEnumerable<int> ordinals) => ordinals.Select(ordinal => _index.Entry(ordinal).Pack).Distinct().Count();

    private long BytesOf(IEnumerable<int> ordinals) => ordinals.Sum(ordinal => (long)_index.Entry(ordinal).Length);

    private static string Words(IEnumerable<KeyValuePair<ObjectId, string>> packs)
    {
        var all = packs.ToList();
        return string.Join("; ", all.Take(3).Select(static pack => pack.Value)) + (all.Count > 3 ? $"; and {all.Count - 3} more packs" : "");
    }

    private RepositoryException Damaged(string what, string mend) => new(
        RepositoryErrorKind.Damaged,
        $"Verification of what the backup needs in {repository.Location} failed: {what}. The backup is not kept, because it could not be restored whole. {mend}");
}
