using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BackupServer.Repository.Chunking;

/// <summary>
/// Finds the boundaries of one stream's chunks: where a gear hash over the last 64 bytes begins with 20 zero bits, or behind <see cref="ChunkLimits.Normal"/> with 16, which
/// keeps sizes near the average (FastCDC calls it normalized chunking). A boundary depends only on the bytes before it, so an insertion moves boundaries, not contents, of what follows. Runs of zeros of 512 KiB and more are cut off and
/// cut up in pieces of exactly 512 KiB. The result depends on the bytes alone, not on how they arrive. Not thread safe.
/// </summary>
public sealed class ContentChunker(GearTable table)
{
    // 2^20 bytes on average up to the normal size, 2^16 behind it.
    private const int RareShift = 64 - 20;
    private const int CommonShift = 64 - 16;
    private const int Window = 64;

    // Runs of zeros are noticed in whole file blocks, the unit in which file systems have holes.
    private const int Block = 4096;

    private long _offset;
    private int _scanned;
    private ulong _hash;
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
        int position = Math.Max(_scanned, ChunkLimits.Minimum - Window);
        _scanned = end;
        if (position >= end)
        {
            return 0;
        }

        ref ulong words = ref MemoryMarshal.GetReference(table.Words);
        ulong hash = _hash;
        if (position < ChunkLimits.Minimum)
        {
            // The window fills before the first place where a chunk may end.
            int first = Math.Min(end, ChunkLimits.Minimum - 1);
            while (position < first)
            {
                hash = (hash << 1) + Unsafe.Add(ref words, pending[position++]);
            }
        }

        int boundary = Find(ref words, pending, position, Math.Min(end, ChunkLimits.Normal), RareShift, ref hash);
        if (boundary == 0)
        {
            boundary = Find(ref words, pending, Math.Max(position, Math.Min(end, ChunkLimits.Normal)), end, CommonShift, ref hash);
        }

        _hash = hash;
        return boundary;
    }

    /// <summary>
    /// The end of the first byte behind which the hash is small enough, or 0. Four bytes at a time, each hash from the one four bytes before, because a chain of single
    /// steps would be as slow as the processor's latency.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Find(ref ulong words, ReadOnlySpan<byte> pending, int position, int end, int shift, ref ulong state)
    {
        if (position >= end)
        {
            return 0;
        }

        ulong limit = 1ul << shift;
        ulong hash = state;
        ref byte bytes = ref MemoryMarshal.GetReference(pending[..end]);
        for (; position <= end - 4; position += 4)
        {
            uint four = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, position));
            ulong a = Unsafe.Add(ref words, (nint)(byte)four);
            ulong b = (a << 1) + Unsafe.Add(ref words, (nint)(byte)(four >> 8));
            ulong c = (b << 1) + Unsafe.Add(ref words, (nint)(byte)(four >> 16));
            ulong d = (c << 1) + Unsafe.Add(ref words, (nint)(four >> 24));
            a += hash << 1;
            b += hash << 2;
            c += hash << 3;
            d += hash << 4;
            if (a < limit | b < limit | c < limit | d < limit)
            {
                return position + (a < limit ? 1 : b < limit ? 2 : c < limit ? 3 : 4);
            }

            hash = d;
        }

        while (position < end)
        {
            hash = (hash << 1) + Unsafe.Add(ref words, (nint)Unsafe.Add(ref bytes, position++));
            if (hash < limit)
            {
                return position;
            }
        }

        state = hash;
        return 0;
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
        _hash = 0;
        _zerosFrom = -1;
    }
}
