using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>Decompresses the header blocks of one direction; every block must pass through it, or the next ones are unreadable.</summary>
internal sealed class HeaderDecompressor : IDisposable
{
    /// <summary>The largest block that is taken, decompressed, in bytes.</summary>
    public const int MaxBlock = 64 * 1024;

    private readonly ZlibState[] _state = GC.AllocateArray<ZlibState>(1, pinned: true);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private bool _disposed;

    /// <exception cref="DllNotFoundException">libz.so.1 (package zlib1g) is not installed.</exception>
    public HeaderDecompressor()
    {
        var result = ZlibCalls.InflateInit(ref _state[0], ZlibCalls.Version, Unsafe.SizeOf<ZlibState>());
        if (result != ZlibCalls.Ok) throw new InvalidOperationException($"zlib could not be started ({result})");
    }

    /// <summary>The next block of the stream.</summary>
    /// <exception cref="SpdyException">It is damaged, or larger than <see cref="MaxBlock"/>.</exception>
    public byte[] Decompress(ReadOnlySpan<byte> compressed)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var input = GC.AllocateUninitializedArray<byte>(compressed.Length, pinned: true);
        compressed.CopyTo(input);
        ref var state = ref _state[0];
        state.NextIn = Marshal.UnsafeAddrOfPinnedArrayElement(input, 0);
        state.AvailableIn = (uint)input.Length;
        var block = new MemoryStream();
        do
        {
            state.NextOut = Marshal.UnsafeAddrOfPinnedArrayElement(_output, 0);
            state.AvailableOut = (uint)_output.Length;
            var result = ZlibCalls.Inflate(ref state, ZlibCalls.SyncFlush);
            block.Write(_output, 0, _output.Length - (int)state.AvailableOut);
            if (result == ZlibCalls.NeedDictionary)
            {
                result = ZlibCalls.InflateSetDictionary(ref state, HeaderDictionary.Bytes, (uint)HeaderDictionary.Bytes.Length);
            }

            // A buffer error says that there is nothing more in this block.
            if (result is not (ZlibCalls.Ok or ZlibCalls.BufferError)) throw new SpdyException($"a header block cannot be decompressed (zlib says {result})");
            if (block.Length > MaxBlock) throw new SpdyException($"a header block is larger than {MaxBlock} bytes");
            if (result == ZlibCalls.BufferError) break;
        }
        while (state.AvailableIn > 0 || state.AvailableOut == 0);
        GC.KeepAlive(input);
        return block.ToArray();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _ = ZlibCalls.InflateEnd(ref _state[0]);
    }
}
