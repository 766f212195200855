using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>Working memory of a compressor. Not for concurrent use.</summary>
internal sealed class ZstdCompressionContext : SafeHandle
{
    public ZstdCompressionContext()
        : base(0, ownsHandle: true) => SetHandle(LibZstd.NewCompressionContext());

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibZstd.FreeCompressionContext(handle);
        return true;
    }
}
