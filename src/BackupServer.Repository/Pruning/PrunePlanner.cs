using System.Collections;
using BackupServer.Repository.Indexing;

namespace BackupServer.Repository.Pruning;

/// <summary>Decides what a prune does, from what was read. Pure.</summary>
/// <param name="repository">Whose plan it is.</param>
/// <param name="options">How hard to try.</param>
/// <param name="guard">Knows what was there.</param>
/// <param name="index">All entries.</param>
/// <param name="files">The index files they came from.</param>
/// <param name="used">Needed blobs, by the ordinal of their first entry.</param>
/// <param name="sizes">The packs that exist.</param>
internal sealed class PrunePlanner(
    Repository repository,
    PruneOptions options,
    PruneGuard guard,
    BlobIndex index,
    IReadOnlyList<IndexFile> files,
    BitArray used,
    IReadOnlyDictionary<ObjectId, long> sizes)
{
    private const int SmallIndexPacks = 16;
    private readonly PackGroups _groups = index.GroupByPack();
    private readonly BitArray _kept = new(index.Count);
    private PackUse[] _packs = [];

    public PrunePlan Plan()
    {
        _packs = [.. Enumerable.Range(0, _groups.PackCount).Select(Survey)];
        CountUnique();
        KeepOneCopyOfEach();
        Array.ForEach([.. Enumerable.Range(0, _packs.Length)], Measure);

        var unused = new List<PrunePack>();
        var dropped = new HashSet<int>();
        for (var pack = 0; pack < _packs.Length; pack++)
        {
            RefuseUnusable(pack);
            if (_packs[pack].KeptBytes == 0)
            {
                dropped.Add(pack);
                if (_packs[pack].FileSize is { } size)
                {
                    unused.Add(new PrunePack(index.Pack(pack), size, "no snapshot needs anything in it"));
                }
            }
        }

        var repacked = ChooseRepacks(dropped);
        dropped.UnionWith(repacked.Select(static choice => choice.Pack));
        var indexed = Enumerable.Range(0, _packs.Length).Select(index.Pack).ToHashSet();

        var replaced = IndexesToReplace(dropped);
        var work = new PruneWork(
            repository, options, guard, index, _groups, _kept, replaced, [.. repacked.Select(static choice => choice.Pack)], dropped);

        return new PrunePlan(work)
        {
            Unindexed = [.. sizes.Where(file => !indexed.Contains(file.Key)).Select(static file => new PrunePack(file.Key, file.Value, "in no index"))],
            Unused = unused,
            Repacked = [.. repacked.Select(choice => new PrunePack(index.Pack(choice.Pack), _packs[choice.Pack].FileSize ?? 0, choice.Reason))],
            KeptPacks = _packs.Length - dropped.Count,
            UsedBytes = _packs.Sum(static pack => pack.KeptBytes),
            UnusedBytes = Sum(static (used, _) => !used),
            DuplicateBytes = Sum(static (used, kept) => used && !kept),
            RemainingUnusedBytes = Enumerable.Range(0, _packs.Length).Where(pack => !dropped.Contains(pack)).Sum(pack => _packs[pack].OtherBytes),
            RepackedBytes = repacked.Sum(choice => _packs[choice.Pack].KeptBytes),
            ReplacedIndexes = replaced.Count,
        };
    }

    private bool IsUsed(int ordinal) => used[index.FindFirst(index.Entry(ordinal).Blob)];

    private PackUse Survey(int pack)
    {
        var use = new PackUse { FileSize = sizes.TryGetValue(index.Pack(pack), out var size) ? size : null };
        foreach (var ordinal in _groups.Entries(pack))
        {
            var entry = index.Entry(ordinal);
            use.HasTrees |= entry.Type == BlobType.Tree;
            use.HasData |= entry.Type == BlobType.Data;
            use.HasPlainTrees |= entry.Type == BlobType.Tree && entry.UncompressedLength == 0;
            use.Unneeded += IsUsed(ordinal) ? 0 : 1;
        }

        return use;
    }

    private void CountUnique()
    {
        for (var ordinal = 0; ordinal < index.Count; ordinal++)
        {
            var entry = index.Entry(ordinal);
            if (IsUsed(ordinal) && index.FindAll(entry.Blob).Length == 1)
            {
                _packs[entry.Pack].Unique++;
            }
        }
    }

    /// <summary>
    /// Of several copies, one in a pack without rubbish stays, which is what an interrupted prune wrote; else one in a pack that is needed
    /// anyway. A copy in a pack that does not exist does not count.
    /// </summary>
    private void KeepOneCopyOfEach()
    {
        for (var ordinal = 0; ordinal < index.Count; ordinal++)
        {
            if (used[ordinal])
            {
                var best = index.FindAll(index.Entry(ordinal).Blob).MaxBy(copy => Worth(_packs[index.Entry(copy).Pack]));
                _kept[best] = true;
            }
        }
    }

    private static int Worth(PackUse pack) => pack.FileSize is null ? 0 : pack.Unneeded == 0 ? 3 : pack.Unique > 0 ? 2 : 1;

    private void Measure(int pack)
    {
        foreach (var ordinal in _groups.Entries(pack))
        {
            var length = index.Entry(ordinal).Length;
            _packs[pack].KeptBytes += _kept[ordinal] ? length : 0;
            _packs[pack].OtherBytes += _kept[ordinal] ? 0 : length;
        }
    }

    private void RefuseUnusable(int pack)
    {
        var (use, expected) = (_packs[pack], index.PackSize(pack));
        if (use.KeptBytes > 0 && use.FileSize != expected)
        {
            var state = use.FileSize is { } size ? $"has {size} bytes instead of {expected}" : "does not exist";
            throw new RepositoryException(
                RepositoryErrorKind.Damaged,
                $"nothing was pruned in {repository.Location}, because pack {index.Pack(pack)}, which snapshots need, {state}; run check");
        }
    }

    /// <summary>Packs that must be written anew come first, then the ones with most rubbish, until little enough is left.</summary>
    private List<(int Pack, string Reason)> ChooseRepacks(HashSet<int> dropped)
    {
        var small = SmallPacks(dropped);
        var candidates = new List<(int Pack, string Reason, bool Must)>();
        for (var pack = 0; pack < _packs.Length; pack++)
        {
            var use = _packs[pack];
            if (!dropped.Contains(pack) && (use.HasTrees || !options.RepackTreesOnly) && Reason(use, small.Contains(pack)) is { } reason)
            {
                candidates.Add((pack, reason, use.IsMixed || use.HasPlainTrees || small.Contains(pack)));
            }
        }

        var allowed = options.MaximumUnusedBytes ?? options.MaximumUnused * _packs.Sum(static pack => pack.KeptBytes);
        var left = candidates.Sum(candidate => _packs[candidate.Pack].OtherBytes);
        var budget = options.MaximumRepack;
        var chosen = new List<(int, string)>();
        foreach (var (pack, reason, must) in candidates.OrderByDescending(static c => c.Must).ThenByDescending(c => UnusedRatio(_packs[c.Pack])))
        {
            if ((!must && left <= allowed) || budget < _packs[pack].KeptBytes)
            {
                continue;
            }

            chosen.Add((pack, reason));
            left -= _packs[pack].OtherBytes;
            budget -= _packs[pack].KeptBytes;
        }

        return chosen;
    }

    private static string? Reason(PackUse use, bool small) =>
        use.IsMixed ? "holds data and trees"
        : use.HasPlainTrees ? "holds trees that are not compressed"
        : use.OtherBytes > 0 ? $"{UnusedRatio(use):P0} of it is not needed"
        : small ? "is small" : null;

    private static double UnusedRatio(PackUse use) => (double)use.OtherBytes / (use.KeptBytes + use.OtherBytes);

    private HashSet<int> SmallPacks(HashSet<int> dropped) =>
        Enumerable.Range(0, _packs.Length)
            .Where(pack => !dropped.Contains(pack) && _packs[pack].FileSize < Math.Min(options.SmallPackSize, repository.Options.PackSize / 2))
            .GroupBy(pack => _packs[pack].HasTrees)
            .Where(group => group.Count() >= options.SmallPackCount)
            .SelectMany(static group => group)
            .ToHashSet();

    /// <summary>Index files that name a pack which goes, and small ones if there are many.</summary>
    private IReadOnlyList<IndexFile> IndexesToReplace(HashSet<int> dropped)
    {
        var small = files.Count(static file => file.Packs.Length < SmallIndexPacks);
        return [.. files.Where(file => file.Packs.Any(dropped.Contains)
            || (small >= options.SmallPackCount && file.Packs.Length < SmallIndexPacks))];
    }

    private long Sum(Func<bool, bool, bool> selects)
    {
        var bytes = 0L;
        for (var ordinal = 0; ordinal < index.Count; ordinal++)
        {
            bytes += selects(IsUsed(ordinal), _kept[ordinal]) ? index.Entry(ordinal).Length : 0;
        }

        return bytes;
    }
}
