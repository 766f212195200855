using System.Collections.Concurrent;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Locking;

namespace BackupServer.Repository.Repairing;

/// <summary>
/// What must be done so that the index says what is in the packs. Making it changes nothing. Packs that an index describes as they are, are not read, unless
/// all are asked for.
/// </summary>
public sealed class IndexRepairPlan
{
    private readonly Repository _repository;
    private readonly BlobIndex _index;
    private readonly IReadOnlyList<ObjectId> _oldFiles;
    private readonly IReadOnlyDictionary<ObjectId, long> _sizes;

    private IndexRepairPlan(Repository repository, BlobIndex index, IReadOnlyList<ObjectId> oldFiles, IReadOnlyDictionary<ObjectId, long> sizes) =>
        (_repository, _index, _oldFiles, _sizes) = (repository, index, oldFiles, sizes);

    /// <summary>Index files that cannot be read to their end.</summary>
    public required IReadOnlyList<string> DamagedIndexes { get; init; }

    /// <summary>Packs that an index names and that do not exist.</summary>
    public required IReadOnlyList<ObjectId> MissingPacks { get; init; }

    /// <summary>Packs whose header is read: in no index, of another size than an index says, or all.</summary>
    public required IReadOnlyList<ObjectId> ReadPacks { get; init; }

    /// <summary>Packs that stay in the index as they are.</summary>
    public required int KeptPacks { get; init; }

    /// <summary>Whether the index is right already.</summary>
    public bool IsEmpty => DamagedIndexes.Count + MissingPacks.Count + ReadPacks.Count == 0;

    /// <summary>Reads indexes and the list of packs.</summary>
    /// <param name="repository">Which; its own index need not be loaded, and may not be loadable.</param>
    /// <param name="exclusiveLock">Its lock.</param>
    /// <param name="readAllPacks">Reads the header of every pack and believes no index.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IndexRepairPlan> CreateAsync(
        Repository repository, RepositoryLock exclusiveLock, bool readAllPacks, CancellationToken cancellationToken)
    {
        exclusiveLock.RequireExclusive(repository);
        var files = await repository.Documents.ListFilesAsync(RepositoryPaths.Index, cancellationToken);
        var index = new BlobIndex();
        var problems = new ConcurrentQueue<string>();
        await new IndexLoader(repository.Documents, repository.Options.ParallelReads).LoadAsync(files, index, problem => problems.Enqueue(problem.Message), cancellationToken);
        var sizes = await PackList.ReadAsync(repository, cancellationToken);
        var indexed = Enumerable.Range(0, index.PackCount).ToDictionary(index.Pack);
        var read = sizes.Where(pack => readAllPacks || !indexed.TryGetValue(pack.Key, out var ordinal) || index.PackSize(ordinal) != pack.Value).Select(static pack => pack.Key).Order().ToList();
        return new IndexRepairPlan(repository, index, [.. files.Select(static file => file.Id)], sizes)
        {
            DamagedIndexes = [.. problems],
            MissingPacks = [.. indexed.Keys.Where(pack => !sizes.ContainsKey(pack)).Order()],
            ReadPacks = read,
            KeptPacks = sizes.Count - read.Count,
        };
    }

    /// <summary>Reads the headers and writes the index anew; the old files go last. May be repeated.</summary>
    public async Task<IndexRepairResult> ExecuteAsync(RepositoryLock exclusiveLock, CancellationToken cancellationToken)
    {
        exclusiveLock.RequireExclusive(_repository);
        if (IsEmpty)
        {
            return new IndexRepairResult(0, [], 0, 0);
        }

        var replacement = new IndexReplacement(_repository, exclusiveLock);
        var read = ReadPacks.ToHashSet();
        var groups = _index.GroupByPack();
        for (var pack = 0; pack < groups.PackCount; pack++)
        {
            if (!read.Contains(_index.Pack(pack)) && _sizes.ContainsKey(_index.Pack(pack)))
            {
                await replacement.AddAsync(_index, groups, pack, cancellationToken);
            }
        }

        var unreadable = await ReadHeadersAsync(replacement, cancellationToken);
        await replacement.FinishAsync(_oldFiles, cancellationToken);
        await _repository.ReloadIndexAsync(cancellationToken);
        return new IndexRepairResult(ReadPacks.Count, unreadable, replacement.Files, _oldFiles.Count);
    }

    private async Task<List<(ObjectId Pack, string Reason)>> ReadHeadersAsync(IndexReplacement replacement, CancellationToken cancellationToken)
    {
        var reader = new PackHeaderReader(_repository);
        var unreadable = new List<(ObjectId, string)>();
        using var gate = new SemaphoreSlim(1);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _repository.Options.ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ReadPacks, parallel, async (pack, token) =>
        {
            Packing.FinishedPack? contents = null;
            string reason = "";
            try
            {
                contents = await reader.ReadAsync(pack, _sizes[pack], token);
            }
            catch (Exception e) when (e is InvalidDataException or RepositoryException { Kind: RepositoryErrorKind.NotFound or RepositoryErrorKind.Damaged })
            {
                reason = e.Message;
            }

            await gate.WaitAsync(token);
            try
            {
                if (contents is not null)
                {
                    await replacement.AddAsync(contents, token);
                }
                else
                {
                    unreadable.Add((pack, reason));
                    await KeepKnownAsync(replacement, pack, token);
                }
            }
            finally
            {
                gate.Release();
            }
        });
        return unreadable;
    }

    /// <summary>What an index knew of a pack whose header is lost, as far as the file reaches: given up, its blobs could not be salvaged any more.</summary>
    private async Task KeepKnownAsync(IndexReplacement replacement, ObjectId pack, CancellationToken cancellationToken)
    {
        if (!_index.TryGetPack(pack, out var ordinal))
        {
            return;
        }

        var known = new List<Packing.PackEntry>();
        foreach (var i in _index.GroupByPack().Entries(ordinal))
        {
            var entry = _index.Entry(i);
            if ((long)entry.Offset + entry.Length <= _sizes[pack])
            {
                known.Add(new Packing.PackEntry(entry.Blob, entry.Offset, entry.Length, entry.UncompressedLength));
            }
        }

        if (known.Count > 0)
        {
            known.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
            await replacement.AddAsync(new Packing.FinishedPack(pack, _sizes[pack], known), cancellationToken);
        }
    }
}
