using BackupServer.Repository.Files;

namespace BackupServer.Repository.Chunking;

/// <summary>Reads a file as runs of chunks, file after file. Holes are not read. Not thread safe.</summary>
public sealed class FileChunkReader(BoundaryKey key)
{
    private readonly ContentChunker _chunker = new(key);
    private byte[] _carry = [];
    private int _carried;
    private FileHandle? _file;
    private long _position;
    private long _length;
    private (long Start, long End)? _data;
    private bool _atEnd;

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
        _carried = 0;
        _atEnd = false;
        _data = length >= ChunkLimits.ZeroPiece ? file.NextData(0, length) : (0, length);
    }

    /// <summary>Fills a run with the next chunks, at least one; false at the end of the file.</summary>
    /// <exception cref="FileSystemException">Reading failed.</exception>
    public bool Next(ChunkRun run)
    {
        // One byte more than is expected tells at once that the file ends there.
        run.Clear((int)Math.Min(Math.Max(0, _length - _position) + _carried + 1, ChunkRun.Size));
        _carry.AsSpan(0, _carried).CopyTo(run.Buffer);
        int start = 0;
        int end = _carried;
        _carried = 0;
        while (true)
        {
            int length = _chunker.Next(run.Buffer.AsSpan(start, end - start), _atEnd);
            if (length > 0)
            {
                run.Add(start, length);
                start += length;
            }
            else if (_atEnd)
            {
                return run.Count > 0;
            }
            else if (start == end && HoleLeft() >= ChunkLimits.ZeroPiece)
            {
                _chunker.SkipZeroPiece();
                _position += ChunkLimits.ZeroPiece;
                run.AddHole();
                if (run.Count >= ChunkRun.Size / ChunkLimits.ZeroPiece)
                {
                    return true;
                }
            }
            else if (end == ChunkRun.Size)
            {
                Carry(run.Buffer.AsSpan(start, end - start));
                return true;
            }
            else
            {
                end = Fill(run, end);
            }
        }
    }

    // What is behind the last boundary begins the next run; the chunker has looked at it already.
    private void Carry(ReadOnlySpan<byte> rest)
    {
        if (_carry.Length < rest.Length)
        {
            _carry = GC.AllocateUninitializedArray<byte>(ChunkLimits.Maximum);
        }

        rest.CopyTo(_carry);
        _carried = rest.Length;
    }

    private long HoleLeft()
    {
        if (_data is { } data && _position >= data.End && _position < _length)
        {
            _data = _file!.NextData(_position, _length);
        }

        return Math.Max(0, Math.Min(_data?.Start ?? _length, _length) - _position);
    }

    private int Fill(ChunkRun run, int end)
    {
        // A small file may grow under the reader's hands.
        run.Reserve(end + 1, end);
        int room = run.Buffer.Length - end;
        int count = (int)Math.Min(HoleLeft(), room);
        if (count > 0)
        {
            run.Buffer.AsSpan(end, count).Clear();
        }
        else
        {
            count = _file!.Read(run.Buffer.AsSpan(end, room), _position);
            _atEnd = count < room;
        }

        _position += count;
        return end + count;
    }
}
