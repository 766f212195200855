using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>Compresses the header blocks of one direction: one zlib stream for the whole session, flushed at the end of each block.</summary>
internal sealed class HeaderCompressor : IDisposable
{
    private const int DefaultLevel = -1;

    private readonly ZlibState[] _state = GC.AllocateArray<ZlibState>(1, pinned: true);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private bool _disposed;

    /// <exception cref="DllNotFoundException">libz.so.1 (package zlib1g) is not installed.</exception>
    public HeaderCompressor()
    {
        Check(ZlibCalls.DeflateInit(ref _state[0], DefaultLevel, ZlibCalls.Version, Unsafe.SizeOf<ZlibState>()));
        Check(ZlibCalls.DeflateSetDictionary(ref _state[0], HeaderDictionary.Bytes, (uint)HeaderDictionary.Bytes.Length));
    }

    /// <summary>The next block of the stream, compressed.</summary>
    public byte[] Compress(ReadOnlySpan<byte> block)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var input = GC.AllocateUninitializedArray<byte>(block.Length, pinned: true);
        block.CopyTo(input);
        ref var state = ref _state[0];
        state.NextIn = Marshal.UnsafeAddrOfPinnedArrayElement(input, 0);
        state.AvailableIn = (uint)input.Length;
        var compressed = new MemoryStream();
        do
        {
            state.NextOut = Marshal.UnsafeAddrOfPinnedArrayElement(_output, 0);
            state.AvailableOut = (uint)_output.Length;
            Check(ZlibCalls.Deflate(ref state, ZlibCalls.SyncFlush));
            compressed.Write(_output, 0, _output.Length - (int)state.AvailableOut);
        }
        while (state.AvailableOut == 0);
        GC.KeepAlive(input);
        return compressed.ToArray();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _ = ZlibCalls.DeflateEnd(ref _state[0]);
    }

    private static void Check(int result)
    {
        // A flush that ended exactly at the end of the last buffer has nothing more to give: no error.
        if (result is not (ZlibCalls.Ok or ZlibCalls.BufferError)) throw new InvalidOperationException($"zlib refused to compress a header block ({result})");
    }
}
