using BackupServer.Repository.Documents;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Indexing;

/// <summary>
/// Collects packs that are stored and writes index files that name them: when there is enough, when it is time, and when asked. What an index
/// names survives a killed backup: the next one finds it.
/// </summary>
internal sealed class IndexWriter(DocumentStore documents, RepositoryOptions options, TimeProvider timeProvider) : IDisposable
{
    private const int BlobsPerFile = 50_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _saving = new(1);
    private readonly List<FinishedPack> _pending = [];
    private readonly List<ObjectId> _written = [];
    private long _pendingBytes;
    private int _pendingBlobs;
    private long _since;

    /// <summary>Index files that this writer wrote since it was last asked.</summary>
    public IReadOnlyList<ObjectId> TakeWritten()
    {
        lock (_gate)
        {
            ObjectId[] written = [.. _written];
            _written.Clear();

            return written;
        }
    }

    public async Task AddAsync(FinishedPack pack, CancellationToken cancellationToken)
    {
        bool due;
        lock (_gate)
        {
            if (_pending.Count == 0)
            {
                _since = timeProvider.GetTimestamp();
            }

            _pending.Add(pack);
            _pendingBytes += pack.Size;
            _pendingBlobs += pack.Entries.Count;
            due = _pendingBlobs >= BlobsPerFile
                || _pendingBytes >= options.IndexBytes
                || timeProvider.GetElapsedTime(_since) >= options.IndexInterval;
        }

        if (due)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken);
        try
        {
            FinishedPack[] packs;
            lock (_gate)
            {
                packs = [.. _pending];
            }

            if (packs.Length == 0)
            {
                return;
            }

            var id = await documents.SaveAsync(RepositoryPaths.Index, IndexEncoder.Encode(packs), cancellationToken);
            lock (_gate)
            {
                // Packs are forgotten only now: a failed write is tried again by the next flush.
                _pending.RemoveRange(0, packs.Length);
                _pendingBytes = _pending.Sum(static pack => pack.Size);
                _pendingBlobs = _pending.Sum(static pack => pack.Entries.Count);
                _since = timeProvider.GetTimestamp();
                _written.Add(id);
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    public void Dispose() => _saving.Dispose();
}
