using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>A window of memory and how far the library has come in it (<c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdBuffer
{
    public byte* Start;
    public nuint Size;
    public nuint Position;
}
