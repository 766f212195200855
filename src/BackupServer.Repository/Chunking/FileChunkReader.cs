using BackupServer.Repository.Files;

namespace BackupServer.Repository.Chunking;

/// <summary>
/// Reads a file as chunks through one buffer of a bit more than the largest chunk, which serves file after file. Holes are not read.
/// Not thread safe; a chunk's bytes are valid until the next call.
/// </summary>
public sealed class FileChunkReader(GearTable table)
{
    // Small reads keep the rest that moves to the front after each chunk small.
    private const int ReadSize = 512 * 1024;

    private readonly ContentChunker _chunker = new(table);
    private byte[] _buffer = [];
    private FileHandle? _file;
    private long _position;
    private long _length;
    private (long Start, long End)? _data;
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Whether the last chunk is one 512 KiB piece of zeros out of a hole; its bytes are then <see cref="ZeroPiece"/>.</summary>
    public bool IsHole { get; private set; }

    /// <summary>512 KiB of zeros.</summary>
    public static ReadOnlyMemory<byte> ZeroPiece { get; } = new byte[ChunkLimits.ZeroPiece];

    /// <summary>Begins a file.</summary>
    /// <param name="file">The file; stays the caller's.</param>
    /// <param name="length">Its length as of now. What it grows by meanwhile is read too.</param>
    public void Open(FileHandle file, long length)
    {
        _chunker.Reset();
        _file = file;
        _length = length;
        _position = 0;
        _start = _end = 0;
        _atEnd = false;
        _data = length >= ChunkLimits.ZeroPiece ? file.NextData(0, length) : (0, length);
        int needed = (int)Math.Min(Math.Max(length, 1) + 1, ChunkLimits.Maximum + ReadSize);
        if (_buffer.Length < needed)
        {
            // Small files are most files: they share a small buffer until a large one comes.
            _buffer = new byte[needed <= 64 * 1024 ? 64 * 1024 : ChunkLimits.Maximum + ReadSize];
        }
    }

    /// <summary>The next chunk; empty at the end of the file.</summary>
    /// <exception cref="FileSystemException">Reading failed.</exception>
    public ReadOnlyMemory<byte> Next()
    {
        IsHole = false;
        while (true)
        {
            int length = _chunker.Next(_buffer.AsSpan(_start, _end - _start), _atEnd);
            if (length > 0)
            {
                _start += length;
                return _buffer.AsMemory(_start - length, length);
            }

            if (_atEnd)
            {
                return default;
            }

            if (_start == _end && HoleLeft() >= ChunkLimits.ZeroPiece)
            {
                _chunker.SkipZeroPiece();
                _position += ChunkLimits.ZeroPiece;
                IsHole = true;
                return ZeroPiece;
            }

            Fill();
        }
    }

    private long HoleLeft()
    {
        if (_data is { } data && _position >= data.End && _position < _length)
        {
            _data = _file!.NextData(_position, _length);
        }

        return Math.Max(0, Math.Min(_data?.Start ?? _length, _length) - _position);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            // A small file has grown under the reader's hands.
            Array.Resize(ref _buffer, ChunkLimits.Maximum + ReadSize);
        }

        int room = Math.Min(ReadSize, _buffer.Length - _end);
        int hole = (int)Math.Min(HoleLeft(), room);
        if (hole > 0)
        {
            _buffer.AsSpan(_end, hole).Clear();
        }
        else
        {
            hole = _file!.Read(_buffer.AsSpan(_end, room), _position);
            _atEnd = hole < room;
        }

        _end += hole;
        _position += hole;
    }
}
