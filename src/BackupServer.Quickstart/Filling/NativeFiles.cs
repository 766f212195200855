using System.ComponentModel;
using System.Runtime.InteropServices;

namespace BackupServer.Quickstart.Filling;

/// <summary>The few calls that make files .NET's own API cannot: names that are no text, holes, fifos, attributes, times before 1970.</summary>
internal static partial class NativeFiles
{
    private const int AtFdCwd = -100;
    private const int NoFollow = 0x100;
    private const int WriteOnlyCreateTruncate = 0x1 | 0x40 | 0x200;
    private const int NotSupported = 95;
    private const int NotPermitted = 1;

    /// <summary>Makes a file: its length first, then the pieces of data in it; what no piece covers is a hole.</summary>
    public static unsafe void Write(ReadOnlySpan<byte> path, long length, params ReadOnlySpan<(long Offset, byte[] Data)> pieces)
    {
        int file;
        fixed (byte* p = Terminated(path))
        {
            file = Check(Open(p, WriteOnlyCreateTruncate, 0b110_100_100), path);
        }

        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(file, ownsHandle: true);
        RandomAccess.SetLength(handle, length);
        foreach (var (offset, data) in pieces)
        {
            RandomAccess.Write(handle, data, offset);
        }
    }

    /// <summary>Gives a file a second name.</summary>
    public static unsafe void Link(ReadOnlySpan<byte> existing, ReadOnlySpan<byte> path)
    {
        fixed (byte* from = Terminated(existing), to = Terminated(path))
        {
            _ = Check(HardLink(from, to), path);
        }
    }

    /// <summary>Makes a symbolic link.</summary>
    public static unsafe void Symlink(ReadOnlySpan<byte> target, ReadOnlySpan<byte> path)
    {
        fixed (byte* to = Terminated(target), name = Terminated(path))
        {
            _ = Check(SymbolicLink(to, name), path);
        }
    }

    /// <summary>Makes a named pipe.</summary>
    public static unsafe void Fifo(ReadOnlySpan<byte> path, uint mode)
    {
        fixed (byte* p = Terminated(path))
        {
            _ = Check(MakeFifo(p, mode), path);
        }
    }

    /// <summary>Sets the permission bits, setuid, setgid and sticky included.</summary>
    public static unsafe void Mode(ReadOnlySpan<byte> path, uint mode)
    {
        fixed (byte* p = Terminated(path))
        {
            _ = Check(ChangeMode(p, mode), path);
        }
    }

    /// <summary>Sets the modification time; seconds may be negative.</summary>
    public static unsafe void ModifiedAt(ReadOnlySpan<byte> path, long seconds, long nanoseconds)
    {
        var times = stackalloc long[] { seconds, nanoseconds, seconds, nanoseconds };
        fixed (byte* p = Terminated(path))
        {
            _ = Check(SetTimes(AtFdCwd, p, times, NoFollow), path);
        }
    }

    /// <summary>Sets an extended attribute; false where the file system has none.</summary>
    public static unsafe bool TryAttribute(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int result;
        fixed (byte* p = Terminated(path), n = Terminated(name), v = value)
        {
            result = SetAttribute(p, n, v, (nuint)value.Length, 0);
        }

        if (result < 0 && Marshal.GetLastPInvokeError() is NotSupported or NotPermitted)
        {
            return false;
        }

        _ = Check(result, path);
        return true;
    }

    private static byte[] Terminated(ReadOnlySpan<byte> text) => [.. text, 0];

    private static int Check(int result, ReadOnlySpan<byte> path) =>
        result >= 0 ? result : throw new IOException($"{System.Text.Encoding.UTF8.GetString(path)}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static unsafe partial int Open(byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true)]
    private static unsafe partial int HardLink(byte* existing, byte* path);

    [LibraryImport("libc", EntryPoint = "symlink", SetLastError = true)]
    private static unsafe partial int SymbolicLink(byte* target, byte* path);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static unsafe partial int MakeFifo(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static unsafe partial int ChangeMode(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    private static unsafe partial int SetTimes(int directory, byte* path, long* times, int flags);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true)]
    private static unsafe partial int SetAttribute(byte* path, byte* name, byte* value, nuint size, int flags);
}
