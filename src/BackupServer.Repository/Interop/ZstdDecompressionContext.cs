using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>Working memory of a decompressor. Not for concurrent use.</summary>
internal sealed class ZstdDecompressionContext : SafeHandle
{
    public ZstdDecompressionContext()
        : base(0, ownsHandle: true) => SetHandle(LibZstd.NewDecompressionContext());

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibZstd.FreeDecompressionContext(handle);
        return true;
    }
}
