using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>Working memory of a decompressor. Not for concurrent use.</summary>
internal sealed class ZstdDecompressionContext : SafeHandle
{
    public ZstdDecompressionContext()
        : base(0, ownsHandle: true) => SetHandle(LibZstd.NewDecompressionContext());

    public override bool IsInvalid => handle == 0;

    /// <summary>Goes on with a stream: takes some of the source, gives some of its content.</summary>
    /// <returns>Bytes that were taken, bytes that were written, and what the library returned: 0 at the end of a frame.</returns>
    public unsafe (int Read, int Written, nuint Result) Continue(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* input = source, output = destination)
        {
            var from = new ZstdBuffer { Start = input, Size = (nuint)source.Length };
            var to = new ZstdBuffer { Start = output, Size = (nuint)destination.Length };
            var result = LibZstd.DecompressStream(this, &to, &from);
            return ((int)from.Position, (int)to.Position, result);
        }
    }

    protected override bool ReleaseHandle()
    {
        LibZstd.FreeDecompressionContext(handle);
        return true;
    }
}
