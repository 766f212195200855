using System.Runtime.InteropServices;

namespace BackupServer.Plugins.FileSystem.Interop;

/// <summary>
/// What <c>statx(2)</c> says about a path, links not followed. .NET's own answer does not tell "not there" from "not allowed to look", and has no
/// number of links and no device.
/// </summary>
internal readonly record struct FileStatus(bool IsFile, bool IsDirectory, long Size, DateTimeOffset Modified, uint Links, ulong Device)
{
    private const int StructureSize = 256;
    private const ushort TypeMask = 0xF000;
    private const ushort DirectoryType = 0x4000;
    private const ushort FileType = 0x8000;

    /// <summary>Status of a path; null, and the reason, when there is none.</summary>
    public static FileStatus? Of(string path, out Errno error)
    {
        Span<byte> status = stackalloc byte[StructureSize];
        if (LibC.Status(LibC.CurrentDirectory, path, LibC.NoFollow, LibC.BasicStatus, status) != 0)
        {
            error = LibC.LastError;
            return null;
        }

        // Offsets of struct statx, which is the same on all architectures.
        error = Errno.None;
        var type = MemoryMarshal.Read<ushort>(status[28..]) & TypeMask;
        var seconds = DateTimeOffset.FromUnixTimeSeconds(MemoryMarshal.Read<long>(status[112..]));
        return new FileStatus(
            type == FileType,
            type == DirectoryType,
            MemoryMarshal.Read<long>(status[40..]),
            seconds.AddTicks(MemoryMarshal.Read<uint>(status[120..]) / TimeSpan.NanosecondsPerTick),
            MemoryMarshal.Read<uint>(status[16..]),
            ((ulong)MemoryMarshal.Read<uint>(status[136..]) << 32) | MemoryMarshal.Read<uint>(status[140..]));
    }
}
