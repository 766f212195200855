using BackupServer.Repository.Indexing;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Pruning;

/// <summary>Carries a plan out. Each step is durable before the next begins, and each may be the last one.</summary>
internal sealed class PruneExecutor(PrunePlan plan, PruneWork work, RepositoryLock exclusiveLock)
{
    private const int BlobsPerIndex = 50_000;
    private readonly Repository _repository = work.Repository;
    private readonly List<string> _notRemoved = [];
    private int _removed;
    private int _added;
    private int _copied;
    private long _copiedBytes;

    public async Task<PruneResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        exclusiveLock.RequireExclusive(_repository);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exclusiveLock.Lost);
        var token = linked.Token;

        await work.Guard.RequireNothingNewAsync(token);
        await RemovePacksAsync(plan.Unindexed, token);
        await RepackAsync(token);
        await ReplaceIndexesAsync(token);
        await work.Guard.RequireNothingNewAsync(token);
        await RemovePacksAsync([.. plan.Unused, .. plan.Repacked], token);
        await _repository.Backend.RemoveLeftoversAsync(work.Options.LeftoverAge, token);
        await _repository.ReloadIndexAsync(token);

        return new PruneResult(_removed, _added, _notRemoved);
    }

    /// <summary>What cannot be deleted is garbage that no index names (any more): the next prune tries again.</summary>
    private async Task RemovePacksAsync(IReadOnlyList<PrunePack> packs, CancellationToken cancellationToken)
    {
        foreach (var pack in packs)
        {
            exclusiveLock.RequireExclusive(_repository);
            try
            {
                await _repository.Backend.DeleteAsync(RepositoryPaths.Pack(pack.Id), cancellationToken);
                work.Options.Progress?.Report(new WorkProgress("removing packs", ++_removed, plan.Unindexed.Count + plan.Unused.Count + plan.Repacked.Count, "packs"));
            }
            catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Backend)
            {
                _notRemoved.Add(e.Message);
            }
        }
    }

    private async Task RepackAsync(CancellationToken cancellationToken)
    {
        using var indexes = new IndexWriter(_repository.Documents, _repository.Options, _repository.TimeProvider);
        await using var packs = new PackWriter(_repository.Backend, _repository.Sealer, _repository.Codec, _repository.Options, (pack, token) =>
        {
            Interlocked.Increment(ref _added);
            return indexes.AddAsync(pack, token);
        });
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _repository.Options.ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(work.RepackedPacks, parallel, async (pack, token) => await CopyAsync(pack, packs, token));
        await packs.FlushAsync(cancellationToken);
        await indexes.FlushAsync(cancellationToken);
        foreach (var id in indexes.TakeWritten())
        {
            work.Guard.Expect(id);
        }
    }

    private async Task CopyAsync(int pack, PackWriter packs, CancellationToken cancellationToken)
    {
        var id = work.Index.Pack(pack);
        var content = await _repository.Backend.LoadAsync(RepositoryPaths.Pack(id), 0, -1, cancellationToken);
        foreach (var ordinal in work.Groups.Entries(pack).ToArray().Where(ordinal => work.KeptEntries[ordinal]))
        {
            var entry = work.Index.Entry(ordinal);
            var plaintext = Open(id, content, entry);
            await packs.AppendAsync(new IdentifiedBlob(entry.Blob, plaintext, Fingerprint: null), cancellationToken);
        }

        var bytes = Interlocked.Add(ref _copiedBytes, content.Length);
        work.Options.Progress?.Report(new WorkProgress("writing packs anew", Interlocked.Increment(ref _copied), work.RepackedPacks.Count, "packs", bytes));
    }

    /// <summary>Nothing is copied that is not proved, and nothing removed unless all was copied.</summary>
    private byte[] Open(ObjectId pack, byte[] content, IndexEntry entry)
    {
        try
        {
            var sealedBytes = content.AsSpan().Slice(checked((int)entry.Offset), checked((int)entry.Length));
            return _repository.Codec.Open(entry.Blob, sealedBytes, entry.UncompressedLength);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged,
                $"the prune of {_repository.Location} stopped, because {entry.Blob} in pack {pack} is damaged: {e.Message}; "
                    + "every snapshot is as it was; run check with reading data",
                e);
        }
    }

    private async Task ReplaceIndexesAsync(CancellationToken cancellationToken)
    {
        var kept = work.IndexFiles.SelectMany(static file => file.Packs).Distinct().Where(pack => !work.DroppedPacks.Contains(pack));
        var batch = new List<FinishedPack>();
        var written = new HashSet<ObjectId>();
        foreach (var pack in kept)
        {
            batch.Add(new FinishedPack(work.Index.Pack(pack), work.Index.PackSize(pack), Entries(pack)));
            if (batch.Sum(static finished => finished.Entries.Count) >= BlobsPerIndex)
            {
                await WriteAsync(batch, written, cancellationToken);
            }
        }

        await WriteAsync(batch, written, cancellationToken);
        foreach (var id in written)
        {
            work.Guard.Expect(id);
        }

        await work.Guard.RequireNothingNewAsync(cancellationToken);
        foreach (var file in work.IndexFiles.Where(file => !written.Contains(file.Id)))
        {
            exclusiveLock.RequireExclusive(_repository);
            await _repository.Documents.DeleteAsync(RepositoryPaths.Index, file.Id, cancellationToken);
        }
    }

    private async Task WriteAsync(List<FinishedPack> batch, HashSet<ObjectId> written, CancellationToken cancellationToken)
    {
        if (batch.Count > 0)
        {
            written.Add(await _repository.Documents.SaveAsync(RepositoryPaths.Index, IndexEncoder.Encode(batch), cancellationToken));
            batch.Clear();
        }
    }

    private List<PackEntry> Entries(int pack)
    {
        var entries = new List<PackEntry>();
        foreach (var ordinal in work.Groups.Entries(pack))
        {
            var entry = work.Index.Entry(ordinal);
            entries.Add(new PackEntry(entry.Blob, entry.Offset, entry.Length, entry.UncompressedLength));
        }

        entries.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        return entries;
    }
}
