using BackupServer.Repository.Indexing;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Repairing;

/// <summary>
/// What of damaged packs can be saved. Making it reads the packs and changes nothing. Intact blobs go into new packs; the damaged packs go, and snapshots that
/// need what is lost are for <see cref="SnapshotRepair"/>.
/// </summary>
public sealed class PackRepairPlan
{
    private readonly Repository _repository;

    private PackRepairPlan(Repository repository, IReadOnlyList<PackRepairItem> packs) => (_repository, Packs) = (repository, packs);

    /// <summary>The packs.</summary>
    public IReadOnlyList<PackRepairItem> Packs { get; }

    /// <summary>Reads the packs. The index must be loaded.</summary>
    /// <param name="repository">Which.</param>
    /// <param name="exclusiveLock">Its lock.</param>
    /// <param name="packs">Names of packs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: there is neither a pack of that name, nor an index that names it.</exception>
    public static async Task<PackRepairPlan> CreateAsync(
        Repository repository, RepositoryLock exclusiveLock, IReadOnlyList<ObjectId> packs, CancellationToken cancellationToken)
    {
        exclusiveLock.RequireExclusive(repository);
        var items = new List<PackRepairItem>();
        foreach (var pack in packs.Distinct())
        {
            var content = await TryLoadAsync(repository, pack, cancellationToken);
            var entries = Entries(repository, pack, content);
            if (content is null && entries.Count == 0)
            {
                throw new RepositoryException(RepositoryErrorKind.NotFound, $"{repository.Location} has no pack {pack}, and no index names it");
            }

            var intact = entries.Where(entry => content is not null && TryOpen(repository, content, entry) is not null).Select(static entry => entry.Blob).ToHashSet();
            items.Add(new PackRepairItem(pack, content is not null, [.. intact], [.. entries.Select(static entry => entry.Blob).Where(blob => !intact.Contains(blob)).Distinct()]));
        }

        return new PackRepairPlan(repository, items);
    }

    /// <summary>
    /// Writes the intact blobs into new packs, then indexes without the old packs, then removes those. Killed at any moment, what was readable is readable.
    /// </summary>
    public async Task ExecuteAsync(RepositoryLock exclusiveLock, CancellationToken cancellationToken)
    {
        exclusiveLock.RequireExclusive(_repository);
        await SaveAsync(cancellationToken);
        await ReplaceIndexesAsync(exclusiveLock, cancellationToken);
        foreach (var item in Packs.Where(static item => item.Exists))
        {
            exclusiveLock.RequireExclusive(_repository);
            await _repository.Backend.DeleteAsync(RepositoryPaths.Pack(item.Pack), cancellationToken);
        }

        await _repository.ReloadIndexAsync(cancellationToken);
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        using var indexes = new IndexWriter(_repository.Documents, _repository.Options, _repository.TimeProvider);
        await using var packs = new PackWriter(_repository.Backend, _repository.Sealer, _repository.Codec, _repository.Options, indexes.AddAsync);
        var saved = new HashSet<BlobHandle>();
        foreach (var item in Packs.Where(static item => item.Intact.Count > 0))
        {
            var content = await TryLoadAsync(_repository, item.Pack, cancellationToken) ?? [];
            foreach (var entry in Entries(_repository, item.Pack, content))
            {
                if (TryOpen(_repository, content, entry) is { } plaintext && saved.Add(entry.Blob))
                {
                    await packs.AppendAsync(new IdentifiedBlob(entry.Blob, plaintext, Fingerprint: null), cancellationToken);
                }
            }
        }

        await packs.FlushAsync(cancellationToken);
        await indexes.FlushAsync(cancellationToken);
    }

    private async Task ReplaceIndexesAsync(RepositoryLock exclusiveLock, CancellationToken cancellationToken)
    {
        var index = new BlobIndex();
        var files = await new IndexLoader(_repository.Documents, _repository.Options.ParallelReads).LoadAsync(
            await _repository.Documents.ListFilesAsync(RepositoryPaths.Index, cancellationToken),
            index,
            problem => throw new RepositoryException(RepositoryErrorKind.Damaged, $"{problem.Message}; repair the index first"),
            cancellationToken);
        var gone = Packs.Select(static item => item.Pack).ToHashSet();
        var replaced = files.Where(file => file.Packs.Any(pack => gone.Contains(index.Pack(pack)))).ToList();
        var replacement = new IndexReplacement(_repository, exclusiveLock);
        var groups = index.GroupByPack();
        foreach (var pack in replaced.SelectMany(static file => file.Packs).Distinct().Where(pack => !gone.Contains(index.Pack(pack))))
        {
            await replacement.AddAsync(index, groups, pack, cancellationToken);
        }

        await replacement.FinishAsync(replaced.Select(static file => file.Id), cancellationToken);
    }

    private static async Task<byte[]?> TryLoadAsync(Repository repository, ObjectId pack, CancellationToken cancellationToken)
    {
        try
        {
            return await repository.Backend.LoadAsync(RepositoryPaths.Pack(pack), 0, -1, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>What is in a pack, by the index and by its own header where that can be read: one may know what the other does not.</summary>
    private static HashSet<PackEntry> Entries(Repository repository, ObjectId pack, byte[]? content)
    {
        var entries = new HashSet<PackEntry>();
        var index = repository.Index;
        if (index.TryGetPack(pack, out var ordinal))
        {
            foreach (var i in index.GroupByPack().Entries(ordinal))
            {
                var entry = index.Entry(i);
                entries.Add(new PackEntry(entry.Blob, entry.Offset, entry.Length, entry.UncompressedLength));
            }
        }

        try
        {
            entries.UnionWith(content is null ? [] : PackHeader.Read(content, repository.Sealer));
        }
        catch (InvalidDataException)
        {
            // A header that is damaged is why somebody repairs; the index may still know.
            return entries;
        }

        return entries;
    }

    private static byte[]? TryOpen(Repository repository, byte[] content, PackEntry entry)
    {
        if ((long)entry.Offset + entry.Length > content.Length)
        {
            return null;
        }

        try
        {
            return repository.Codec.Open(entry.Blob, content.AsSpan((int)entry.Offset, (int)entry.Length), entry.UncompressedLength);
        }
        catch (InvalidDataException)
        {
            // Lost, and told as such.
            return null;
        }
    }
}
