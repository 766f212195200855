using System.Runtime.InteropServices;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>An open file of Linux. Reads and writes at offsets; safe for concurrent use, as the calls below are.</summary>
public sealed class FileHandle : SafeHandle
{
    private readonly RawName _name;

    internal FileHandle(int descriptor, RawName name)
        : base(-1, ownsHandle: true)
    {
        _name = name;
        SetHandle(descriptor);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    internal int Descriptor => IsClosed ? throw new ObjectDisposedException(_name.ToString()) : (int)handle;

    /// <summary>Status of the open file, whatever its name has become since.</summary>
    /// <exception cref="FileSystemException">The call failed.</exception>
    public FileStatus Stat()
    {
        if (LinuxCalls.StatX(Descriptor, "\0"u8, LinuxCalls.AtEmptyPath, StatxBuffer.BasicMask, out StatxBuffer buffer) != 0)
        {
            throw FileSystemException.Last("stat", _name);
        }

        return FileStatus.From(buffer);
    }

    /// <summary>Reads until the buffer is full or the file ends; returns the bytes read.</summary>
    /// <exception cref="FileSystemException">The call failed.</exception>
    public int Read(Span<byte> buffer, long offset)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            nint count = LinuxCalls.PRead(Descriptor, buffer[total..], (nuint)(buffer.Length - total), offset + total);
            if (count == 0)
            {
                break;
            }

            if (count > 0)
            {
                total += (int)count;
            }
            else if (Marshal.GetLastPInvokeError() != LinuxError.Interrupted)
            {
                throw FileSystemException.Last("read", _name);
            }
        }

        return total;
    }

    /// <summary>Writes all bytes.</summary>
    /// <exception cref="FileSystemException">The call failed.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        int total = 0;
        while (total < bytes.Length)
        {
            nint count = LinuxCalls.PWrite(Descriptor, bytes[total..], (nuint)(bytes.Length - total), offset + total);
            if (count >= 0)
            {
                total += (int)count;
            }
            else if (Marshal.GetLastPInvokeError() != LinuxError.Interrupted)
            {
                throw FileSystemException.Last("write", _name);
            }
        }
    }

    /// <summary>Makes the file this long; new bytes are a hole.</summary>
    /// <exception cref="FileSystemException">The call failed.</exception>
    public void SetLength(long length)
    {
        if (LinuxCalls.Truncate(Descriptor, length) != 0)
        {
            throw FileSystemException.Last("set the length of", _name);
        }
    }

    /// <summary>The offset of the end, also of a block device, whose status does not tell it.</summary>
    /// <exception cref="FileSystemException">The call failed.</exception>
    public long FindEnd()
    {
        long end = LinuxCalls.Seek(Descriptor, 0, LinuxCalls.SeekEnd);
        return end >= 0 ? end : throw FileSystemException.Last("find the end of", _name);
    }

    /// <summary>Sets owner and group.</summary>
    /// <exception cref="FileSystemException">The process may not.</exception>
    public void SetOwner(uint uid, uint gid) => Check(LinuxCalls.ChangeOwner(Descriptor, uid, gid), "set the owner of");

    /// <summary>Sets permission, setuid, setgid and sticky bits.</summary>
    /// <exception cref="FileSystemException">The process may not.</exception>
    public void SetPermissions(uint permissions) => Check(LinuxCalls.ChangeMode(Descriptor, permissions), "set the permissions of");

    /// <summary>Sets access and modification time.</summary>
    /// <exception cref="FileSystemException">The process may not, or the file system cannot hold the time.</exception>
    public void SetTimes(NodeTime accessed, NodeTime modified)
    {
        ReadOnlySpan<TimeSpec> times =
        [
            new TimeSpec { Seconds = accessed.Seconds, Nanoseconds = accessed.Nanoseconds },
            new TimeSpec { Seconds = modified.Seconds, Nanoseconds = modified.Nanoseconds },
        ];
        Check(LinuxCalls.SetTimes(Descriptor, times), "set the times of");
    }

    /// <summary>Whether the file has no extended attributes; true also where the file system knows none.</summary>
    /// <exception cref="FileSystemException">The call failed.</exception>
    public bool HasNoAttributes()
    {
        nint length = LinuxCalls.ListAttributes(Descriptor, [], 0);
        return length == 0 || (length < 0 && (Marshal.GetLastPInvokeError() == LinuxError.NotSupported ? true : throw FileSystemException.Last("list the attributes of", _name)));
    }

    /// <summary>Makes a range read as zeros without disk blocks; false where the file system cannot.</summary>
    public bool TryPunchHole(long offset, long length) =>
        LinuxCalls.Allocate(Descriptor, LinuxCalls.PunchHoleKeepSize, offset, length) == 0;

    /// <summary>
    /// Start of the next data at or after the offset, and of the hole behind it; null when only a hole follows.
    /// Where the file system does not tell holes, everything is data.
    /// </summary>
    public (long Start, long End)? NextData(long offset, long length)
    {
        long start = LinuxCalls.Seek(Descriptor, offset, LinuxCalls.SeekData);
        if (start < 0)
        {
            return Marshal.GetLastPInvokeError() == LinuxError.NoDevice ? null : (offset, length);
        }

        long end = LinuxCalls.Seek(Descriptor, start, LinuxCalls.SeekHole);
        return (start, end < 0 ? length : end);
    }

    private void Check(int result, string operation)
    {
        if (result != 0)
        {
            throw FileSystemException.Last(operation, _name);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LinuxCalls.Close((int)handle) == 0;
}
