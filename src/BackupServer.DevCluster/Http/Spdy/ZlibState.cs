using System.Runtime.InteropServices;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>
/// zlib's <c>z_stream</c> on 64-bit Linux; only the fields that callers set. zlib keeps a pointer to it: it must not move between calls.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct ZlibState
{
    [FieldOffset(0)]
    public nint NextIn;

    [FieldOffset(8)]
    public uint AvailableIn;

    [FieldOffset(24)]
    public nint NextOut;

    [FieldOffset(32)]
    public uint AvailableOut;
}
