using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>struct statx, which unlike struct stat has one layout on all architectures.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    /// <summary>STATX_BASIC_STATS.</summary>
    public const uint BasicMask = 0x7FF;

    [FieldOffset(16)]
    public uint Links;

    [FieldOffset(20)]
    public uint Uid;

    [FieldOffset(24)]
    public uint Gid;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(48)]
    public ulong Blocks;

    [FieldOffset(64)]
    public StatxTime Accessed;

    [FieldOffset(96)]
    public StatxTime Changed;

    [FieldOffset(112)]
    public StatxTime Modified;

    [FieldOffset(128)]
    public uint RawDeviceMajor;

    [FieldOffset(132)]
    public uint RawDeviceMinor;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;
}
