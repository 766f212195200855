using BackupServer.Repository.Indexing;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Repairing;

/// <summary>Writes index files anew: first the new ones, then the old ones go, so that no blob is ever in none.</summary>
internal sealed class IndexReplacement(Repository repository, RepositoryLock exclusiveLock)
{
    private const int BlobsPerFile = 50_000;

    private readonly List<FinishedPack> _batch = [];
    private readonly HashSet<ObjectId> _written = [];
    private int _blobs;

    /// <summary>New index files so far.</summary>
    public int Files => _written.Count;

    /// <summary>Takes what a pack holds.</summary>
    public async Task AddAsync(FinishedPack pack, CancellationToken cancellationToken)
    {
        _batch.Add(pack);
        _blobs += pack.Entries.Count;
        if (_blobs >= BlobsPerFile)
        {
            await WriteAsync(cancellationToken);
        }
    }

    /// <summary>Takes what an index says of a pack.</summary>
    public Task AddAsync(BlobIndex index, PackGroups groups, int pack, CancellationToken cancellationToken)
    {
        var entries = new List<PackEntry>();
        foreach (var ordinal in groups.Entries(pack))
        {
            var entry = index.Entry(ordinal);
            entries.Add(new PackEntry(entry.Blob, entry.Offset, entry.Length, entry.UncompressedLength));
        }

        entries.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        return AddAsync(new FinishedPack(index.Pack(pack), index.PackSize(pack), entries), cancellationToken);
    }

    /// <summary>Writes the rest and removes the old files.</summary>
    public async Task FinishAsync(IEnumerable<ObjectId> oldFiles, CancellationToken cancellationToken)
    {
        await WriteAsync(cancellationToken);
        foreach (var file in oldFiles.Where(file => !_written.Contains(file)))
        {
            exclusiveLock.RequireExclusive(repository);
            await repository.Documents.DeleteAsync(RepositoryPaths.Index, file, cancellationToken);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
        {
            _written.Add(await repository.Documents.SaveAsync(RepositoryPaths.Index, IndexEncoder.Encode(_batch), cancellationToken));
            _batch.Clear();
            _blobs = 0;
        }
    }
}
