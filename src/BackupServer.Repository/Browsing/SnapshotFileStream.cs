namespace BackupServer.Repository.Browsing;

/// <summary>
/// A stored file as a stream with random access: only the blobs that are touched are loaded, one at a time. Their lengths come from the index.
/// Not thread safe.
/// </summary>
internal sealed class SnapshotFileStream : Stream
{
    private readonly Repository _repository;
    private readonly IReadOnlyList<ObjectId> _content;
    private readonly long[] _ends;
    private byte[] _blob = [];
    private int _blobIndex = -1;

    /// <exception cref="RepositoryException">A blob is not in the index.</exception>
    public SnapshotFileStream(Repository repository, IReadOnlyList<ObjectId> content)
    {
        _repository = repository;
        _content = content;
        _ends = new long[content.Count];
        long end = 0;
        for (int i = 0; i < content.Count; i++)
        {
            end += repository.TryLocateBlob(BlobType.Data, content[i], out Indexing.BlobLocation location)
                ? location.PlainLength
                : throw new RepositoryException(
                    RepositoryErrorKind.NotFound,
                    $"a part of the file (data {content[i]}) is not in the index of {repository.Location}: a check tells which snapshots need it");
            _ends[i] = end;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _ends.Length == 0 ? 0 : _ends[^1];

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || Position >= Length)
        {
            return 0;
        }

        int index = Array.BinarySearch(_ends, Position + 1);
        index = index < 0 ? ~index : index;
        long start = index == 0 ? 0 : _ends[index - 1];
        if (_blobIndex != index)
        {
            _blobIndex = -1;
            _blob = await _repository.LoadBlobAsync(BlobType.Data, _content[index], cancellationToken);
            if (_blob.Length != _ends[index] - start)
            {
                throw new RepositoryException(
                    RepositoryErrorKind.Damaged, $"data {_content[index]} has {_blob.Length} bytes, but an index of {_repository.Location} says {_ends[index] - start}");
            }

            _blobIndex = index;
        }

        ReadOnlySpan<byte> available = _blob.AsSpan((int)(Position - start));
        int count = Math.Min(available.Length, buffer.Length);
        available[..count].CopyTo(buffer.Span);
        Position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = offset + origin switch
        {
            SeekOrigin.Current => Position,
            SeekOrigin.End => Length,
            _ => 0,
        };
        return Position = position >= 0 ? position : throw new IOException("A position before the beginning of the file.");
    }

    public override void Flush()
    {
        // Nothing is ever written.
    }

    public override void SetLength(long value) => throw new NotSupportedException("A file of a snapshot cannot be changed.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A file of a snapshot cannot be changed.");
}
