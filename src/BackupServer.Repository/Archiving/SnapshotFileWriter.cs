
namespace BackupServer.Repository.Archiving;

/// <summary>
/// Writes one file of a built snapshot. Chunks end where the caller says, so that a changed object re-writes only its own chunk, and at
/// <see cref="MaximumChunk"/> at the latest. Holds one chunk in memory. Not thread safe.
/// </summary>
public sealed class SnapshotFileWriter : IAsyncDisposable
{
    /// <summary>Longest chunk in bytes.</summary>
    public const int MaximumChunk = 4 * 1024 * 1024;

    private readonly Repository _repository;
    private readonly ArchiveStatistics _statistics;
    private readonly Action<IReadOnlyList<ObjectId>?, long> _complete;
    private readonly List<ObjectId> _blobs = [];
    private byte[] _buffer = new byte[16 * 1024];
    private int _pending;
    private bool _cut;
    private bool _failed;
    private bool _disposed;

    internal SnapshotFileWriter(Repository repository, ArchiveStatistics statistics, Action<IReadOnlyList<ObjectId>?, long> complete)
    {
        _repository = repository;
        _statistics = statistics;
        _complete = complete;
    }

    /// <summary>Bytes written so far: the offset of the next byte.</summary>
    public long Length { get; private set; }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="RepositoryException">The repository cannot be written; the snapshot cannot be committed then.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_cut && !bytes.IsEmpty)
        {
            await SaveChunkAsync(cancellationToken);
        }

        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, MaximumChunk - _pending);
            if (_buffer.Length < _pending + count)
            {
                Array.Resize(ref _buffer, Math.Min(MaximumChunk, Math.Max(_buffer.Length * 2, _pending + count)));
            }

            bytes.Span[..count].CopyTo(_buffer.AsSpan(_pending));
            _pending += count;
            Length += count;
            bytes = bytes[count..];
            if (_pending == MaximumChunk)
            {
                await SaveChunkAsync(cancellationToken);
            }
        }
    }

    /// <summary>Ends the chunk here; does nothing directly after another end.</summary>
    public void CutChunk() => _cut = true;

    /// <summary>Gives the file up: the snapshot can then not be committed. For a caller that fails in the middle of a file.</summary>
    public void Abandon() => _failed = true;

    /// <summary>Stores the rest and makes the file part of the snapshot.</summary>
    /// <exception cref="RepositoryException">The repository cannot be written; the snapshot cannot be committed then.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            if (!_failed)
            {
                // Disposal has no token; one chunk is bounded work.
                await SaveChunkAsync(CancellationToken.None);
            }
        }
        finally
        {
            _complete(_failed ? null : _blobs, Length);
        }
    }

    private async ValueTask SaveChunkAsync(CancellationToken cancellationToken)
    {
        _cut = false;
        if (_pending == 0)
        {
            return;
        }

        try
        {
            SavedBlob saved = await _repository.SaveBlobAsync(BlobType.Data, _buffer.AsMemory(0, _pending), cancellationToken);
            _statistics.BlobSaved(BlobType.Data, saved, _pending);
            _blobs.Add(saved.Id);
            _pending = 0;
        }
        catch
        {
            _failed = true;
            throw;
        }
    }
}
