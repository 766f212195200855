using BackupServer.Repository.Indexing;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Checking;

/// <summary>
/// Looks for everything that would keep a snapshot from being restored, with an index of its own that it reads anew. It changes nothing; a shared
/// lock keeps others from removing what it is about to look at.
/// </summary>
public sealed class RepositoryChecker(Repository repository, CheckOptions options)
{
    private readonly CheckFindings _findings = new(options.MaximumAffectedPaths);
    private readonly BlobIndex _index = new();
    private readonly HashSet<int> _badEntries = [];
    private readonly Lock _badGate = new();
    private PackGroups _groups = new([0], []);
    private int _packsRead;
    private long _bytesRead;

    /// <summary>Checks. Problems are in the report; only storage that cannot be reached is an exception. To be called once.</summary>
    public async Task<CheckReport> CheckAsync(CancellationToken cancellationToken)
    {
        options.Progress?.Report(new WorkProgress("loading indexes", 0, 0, "indexes"));
        var snapshots = await LoadSnapshotsAsync(cancellationToken);
        await LoadIndexAsync(cancellationToken);
        var packs = await CheckPacksAsync(cancellationToken);
        options.Progress?.Report(new WorkProgress("walking trees", 0, 0, "trees"));
        var trees = await CheckTreesAsync(snapshots, cancellationToken);
        await ReadPacksAsync(Choose(packs), cancellationToken);
        if (_findings.HarmsBlobs)
        {
            var walker = new AffectedWalker(repository.Blobs, _index, _findings, options.MaximumAffectedPaths);
            foreach (var snapshot in snapshots)
            {
                await walker.WalkAsync(snapshot, cancellationToken);
            }
        }

        return new CheckReport(
            _findings.Problems(), _findings.Hints(), snapshots.Count, trees, _index.Count, packs.Count, _packsRead, _bytesRead);
    }

    private async Task<List<Snapshot>> LoadSnapshotsAsync(CancellationToken cancellationToken)
    {
        var snapshots = new List<Snapshot>();
        foreach (var id in options.Snapshots ?? await repository.ListSnapshotIdsAsync(cancellationToken))
        {
            try
            {
                snapshots.Add(await repository.LoadSnapshotAsync(id, cancellationToken));
            }
            catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
            {
                _findings.Add(CheckProblemKind.SnapshotDamaged, $"snapshot {id} cannot be read: {e.Message}");
            }
        }

        return [.. snapshots.OrderBy(static snapshot => snapshot.Time)];
    }

    private async Task LoadIndexAsync(CancellationToken cancellationToken)
    {
        var loader = new IndexLoader(repository.Documents, repository.Options.ParallelReads);
        var files = await loader.LoadAsync(
            await repository.Documents.ListFilesAsync(RepositoryPaths.Index, cancellationToken),
            _index,
            problem => _findings.Add(CheckProblemKind.IndexDamaged, problem.Message),
            cancellationToken);
        _groups = _index.GroupByPack();
        foreach (var pack in files.SelectMany(static file => file.Packs).CountBy(static pack => pack).Where(static count => count.Value > 1))
        {
            _findings.Hint($"pack {_index.Pack(pack.Key)} is listed by {pack.Value} index files");
        }

        for (var pack = 0; pack < _groups.PackCount; pack++)
        {
            var types = Entries(pack).Select(static e => e.Entry.Type).Distinct().Count();
            if (types > 1)
            {
                _findings.Hint($"pack {_index.Pack(pack)} holds data and trees");
            }
        }
    }

    /// <summary>Compares existence and size of packs with the index; returns those that are worth reading.</summary>
    private async Task<List<int>> CheckPacksAsync(CancellationToken cancellationToken)
    {
        var sizes = await ListPacksAsync(cancellationToken);
        var present = new List<int>();
        var wanted = options.Packs?.Select(static file => ObjectId.Parse(file.Name)).ToHashSet();
        for (var pack = 0; pack < _groups.PackCount; pack++)
        {
            var id = _index.Pack(pack);
            if (wanted is not null && !wanted.Contains(id))
            {
                continue;
            }

            if (!sizes.Remove(id, out var size))
            {
                AddPackProblem(CheckProblemKind.PackMissing, pack, $"pack {id} does not exist, but the index needs it");
                continue;
            }

            present.Add(pack);
            if (size != _index.PackSize(pack))
            {
                // What is not cut off may be whole; reading the pack tells.
                var cut = Entries(pack).Where(e => (long)e.Entry.Offset + e.Entry.Length > size).Select(static e => e.Ordinal);
                _findings.Add(
                    CheckProblemKind.PackSize, $"pack {id} has {size} bytes, but what the index says is in it takes {_index.PackSize(pack)}", Lost(cut));
            }
        }

        foreach (var (id, _) in sizes)
        {
            if (wanted is not null)
            {
                _findings.Add(CheckProblemKind.IndexDamaged, $"pack {id} was written, but no index names it");
            }
            else
            {
                _findings.Hint($"pack {id} is in no index: left by an interrupted backup or prune");
            }
        }

        return present;
    }

    private async Task<Dictionary<ObjectId, long>> ListPacksAsync(CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<ObjectId, long>();
        foreach (var file in options.Packs ?? [])
        {
            if (await repository.Backend.SizeAsync(file.Path, cancellationToken) is { } size)
            {
                sizes.Add(ObjectId.Parse(file.Name), size);
            }
        }

        if (options.Packs is null)
        {
            await foreach (var file in repository.Backend.ListAsync(RepositoryPaths.Data, cancellationToken))
            {
                if (ObjectId.TryParse(file.Name, out var id))
                {
                    sizes[id] = file.Size;
                }
            }
        }

        return sizes;
    }

    private async Task<int> CheckTreesAsync(List<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        var walker = new ReferenceWalker(
            repository.Blobs,
            _index,
            repository.Options.ParallelReads,
            problem => _findings.Add(problem.Kind, problem.Message, problem.Blob),
            AddDisorder)
        {
            Progress = options.Progress,
        };
        await walker.WalkAsync(snapshots.Select(static snapshot => snapshot.Tree).Distinct(), cancellationToken);

        return walker.Trees;
    }

    private void AddDisorder(BlobHandle tree, RawName? twice)
    {
        if (twice is { } name)
        {
            _findings.Add(CheckProblemKind.TreeInvalid, $"{tree}: the name '{name}' is there twice, and only the first can be restored", tree);
        }
        else
        {
            _findings.Hint($"{tree} is not in the order of names: readers cope, but stock restic cannot rewrite it");
        }
    }

    private List<int> Choose(List<int> packs)
    {
        if (options.ReadDataGroup is { } group)
        {
            return [.. packs.Where(pack => Convert.FromHexString(_index.Pack(pack).ToString()[..4]) is [var high, var low] && ((high << 8) | low) % group.Count == group.Number - 1)];
        }

        var count = options.ReadDataFraction <= 0 ? 0 : (int)Math.Ceiling(packs.Count * Math.Min(1, options.ReadDataFraction));
        var order = packs.ToArray();
        if (count < order.Length || options.ReadDataMaximumBytes < long.MaxValue)
        {
            options.Random.Shuffle(order);
        }

        var chosen = new List<int>();
        var bytes = 0L;
        foreach (var pack in order.AsSpan(0, count))
        {
            bytes += _index.PackSize(pack);
            if (chosen.Count > 0 && bytes > options.ReadDataMaximumBytes)
            {
                break;
            }

            chosen.Add(pack);
        }

        return chosen;
    }

    private async Task ReadPacksAsync(List<int> packs, CancellationToken cancellationToken)
    {
        var verifier = new PackVerifier(repository.Sealer, repository.Codec, _findings, Lost);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = repository.Options.ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(packs, parallel, async (pack, token) =>
        {
            var id = _index.Pack(pack);
            try
            {
                var bytes = Interlocked.Add(ref _bytesRead, await ReadPackAsync(verifier, pack, id, token));
                var read = Interlocked.Increment(ref _packsRead);
                options.Progress?.Report(new WorkProgress("reading packs", read, packs.Count, "packs", bytes));
            }
            catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.NotFound)
            {
                AddPackProblem(CheckProblemKind.PackMissing, pack, $"pack {id} vanished while it was to be read");
            }
            catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged)
            {
                AddPackProblem(CheckProblemKind.PackDamaged, pack, $"pack {id} could not be read whole: {e.Message}");
            }
        });
    }

    // A pack that is not as the index describes it is read as a whole, to find what can be found.
    private async Task<long> ReadPackAsync(PackVerifier verifier, int pack, ObjectId id, CancellationToken cancellationToken)
    {
        var path = RepositoryPaths.Pack(id);
        if (await repository.Backend.SizeAsync(path, cancellationToken) is { } size
            && size == _index.PackSize(pack)
            && await verifier.TryVerifyAsync(repository.Backend, id, size, Entries(pack), cancellationToken))
        {
            return size;
        }

        var content = await repository.Backend.LoadAsync(path, 0, -1, cancellationToken);
        verifier.Verify(id, content, Entries(pack));
        return content.Length;
    }

    private List<(int Ordinal, IndexEntry Entry)> Entries(int pack)
    {
        var entries = new List<(int, IndexEntry)>();
        foreach (var ordinal in _groups.Entries(pack))
        {
            entries.Add((ordinal, _index.Entry(ordinal)));
        }

        return entries;
    }

    private void AddPackProblem(CheckProblemKind kind, int pack, string message) =>
        _findings.Add(kind, message, Lost(_groups.Entries(pack).ToArray()));

    /// <summary>Of entries that are bad, the blobs that have no good entry left.</summary>
    private List<BlobHandle> Lost(IEnumerable<int> badEntries)
    {
        lock (_badGate)
        {
            var bad = badEntries.ToList();
            _badEntries.UnionWith(bad);
            return [.. bad.Select(ordinal => _index.Entry(ordinal).Blob).Where(blob => _index.FindAll(blob).All(_badEntries.Contains))];
        }
    }
}
