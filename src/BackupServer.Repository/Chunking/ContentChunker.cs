namespace BackupServer.Repository.Chunking;

/// <summary>
/// Finds the boundaries of one stream's chunks. One place in 2^20 is one, behind <see cref="ChunkLimits.Normal"/> one in 2^16, which keeps sizes near the average (FastCDC calls it normalized
/// chunking). A boundary depends only on the 64 bytes before it, so an insertion moves boundaries, not contents, of what follows. Runs of zeros of 512 KiB and more are cut off and
/// cut up in pieces of exactly 512 KiB. The result depends on the bytes alone, not on how they arrive. Not thread safe.
/// </summary>
public sealed class ContentChunker(BoundaryKey key)
{
    private const int RareBits = 20;
    private const int CommonBits = 16;

    // Runs of zeros are noticed in whole file blocks, the unit in which file systems have holes.
    private const int Block = 4096;

    private long _offset;
    private int _scanned;
    private int _zerosFrom = -1;

    /// <summary>Starts a new stream.</summary>
    public void Reset()
    {
        _offset = 0;
        StartChunk();
    }

    /// <summary>
    /// Length of the next chunk, or 0 if that cannot be said without more bytes. Bytes that were looked at are not looked at again.
    /// </summary>
    /// <param name="pending">All bytes since the last boundary.</param>
    /// <param name="atEnd">Whether the stream ends with them.</param>
    public int Next(ReadOnlySpan<byte> pending, bool atEnd)
    {
        int limit = Math.Min(pending.Length, ChunkLimits.Maximum);
        while (_scanned < limit)
        {
            int blockEnd = Math.Min(limit, _scanned + Block - (int)((_offset + _scanned) % Block));
            bool whole = (_offset + blockEnd) % Block == 0;
            if (!whole && !atEnd && blockEnd < ChunkLimits.Maximum)
            {
                return 0;
            }

            if (TrackZeros(pending[_scanned..blockEnd], whole && blockEnd - _scanned == Block, blockEnd) is var zeros and > 0)
            {
                return Cut(zeros);
            }

            int boundary = Scan(pending, blockEnd);
            if (boundary > 0)
            {
                return Cut(boundary);
            }
        }

        return limit == ChunkLimits.Maximum || (atEnd && limit > 0) ? Cut(limit) : 0;
    }

    // Takes a chunk that the caller knows to be a piece of zeros without looking: inside a hole, with nothing pending.
    internal void SkipZeroPiece()
    {
        if (_scanned != 0)
        {
            throw new InvalidOperationException("A piece of zeros can only be skipped at a boundary.");
        }

        Cut(ChunkLimits.ZeroPiece);
    }

    private int TrackZeros(ReadOnlySpan<byte> block, bool whole, int blockEnd)
    {
        if (!whole || block.ContainsAnyExcept((byte)0))
        {
            _zerosFrom = -1;
            return 0;
        }

        if (_zerosFrom < 0)
        {
            _zerosFrom = _scanned;
        }

        return blockEnd - _zerosFrom < ChunkLimits.ZeroPiece ? 0 : _zerosFrom == 0 ? ChunkLimits.ZeroPiece : _zerosFrom;
    }

    private int Scan(ReadOnlySpan<byte> pending, int end)
    {
        int from = Math.Max(_scanned, ChunkLimits.Minimum - 1);
        _scanned = end;
        int boundary = BoundaryScanner.Find(pending, from, Math.Min(end, ChunkLimits.Normal), RareBits, key);
        return boundary > 0 ? boundary : BoundaryScanner.Find(pending, Math.Max(from, ChunkLimits.Normal), end, CommonBits, key);
    }

    private int Cut(int length)
    {
        _offset += length;
        StartChunk();
        return length;
    }

    private void StartChunk()
    {
        _scanned = 0;
        _zerosFrom = -1;
    }
}
