using BackupServer.Repository.Interop;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>What lstat says of an entry.</summary>
/// <param name="Mode">Linux <c>st_mode</c>.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Inode">Inode number.</param>
/// <param name="DeviceId">Device of the file system, encoded as in <c>st_dev</c>.</param>
/// <param name="RawDevice">Device that a device node names, encoded as in <c>st_rdev</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Allocated">Bytes on the disk.</param>
/// <param name="Links">Hard links.</param>
/// <param name="ModifiedAt">mtime.</param>
/// <param name="AccessedAt">atime.</param>
/// <param name="ChangedAt">ctime.</param>
public readonly record struct FileStatus(
    uint Mode,
    uint Uid,
    uint Gid,
    ulong Inode,
    ulong DeviceId,
    ulong RawDevice,
    ulong Size,
    ulong Allocated,
    ulong Links,
    NodeTime ModifiedAt,
    NodeTime AccessedAt,
    NodeTime ChangedAt)
{
    /// <summary>Kind of the entry.</summary>
    public NodeType Type => (Mode & 0xF000) switch
    {
        0x8000 => NodeType.File,
        0x4000 => NodeType.Directory,
        0xA000 => NodeType.Symlink,
        0x6000 => NodeType.Device,
        0x2000 => NodeType.CharDevice,
        0x1000 => NodeType.Fifo,
        0xC000 => NodeType.Socket,
        _ => NodeType.Irregular,
    };

    /// <summary>Permission, setuid, setgid and sticky bits.</summary>
    public uint Permissions => Mode & 0xFFF;

    /// <summary>Whether both are the same inode.</summary>
    public bool IsSameFile(FileStatus other) => Inode == other.Inode && DeviceId == other.DeviceId;

    internal static FileStatus From(in StatxBuffer buffer) => new(
        buffer.Mode,
        buffer.Uid,
        buffer.Gid,
        buffer.Inode,
        Device(buffer.DeviceMajor, buffer.DeviceMinor),
        Device(buffer.RawDeviceMajor, buffer.RawDeviceMinor),
        buffer.Size,
        buffer.Blocks * 512,
        buffer.Links,
        Time(buffer.Modified),
        Time(buffer.Accessed),
        Time(buffer.Changed));

    private static NodeTime Time(StatxTime time) => new(time.Seconds, (int)time.Nanoseconds);

    // The 64-bit dev_t of Linux, in which the format stores device numbers.
    private static ulong Device(uint major, uint minor) =>
        ((major & 0xFFFFF000ul) << 32) | ((major & 0xFFFul) << 8) | ((minor & 0xFFFFFF00ul) << 12) | (minor & 0xFFul);
}
