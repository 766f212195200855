using System.Buffers.Binary;
using System.Text;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>
/// An open directory. Every operation takes one raw name below it and follows no symbolic link, so nobody who renames or swaps directories meanwhile
/// can lead it elsewhere. Safe for concurrent use, except <see cref="List"/>.
/// </summary>
public sealed class DirectoryHandle : IDisposable
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int NoAccessTime = 0x40000;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;

    // O_DIRECTORY and O_NOFOLLOW are the two open flags that arm64 numbers differently.
    private static readonly bool Arm = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64;
    private static readonly int DirectoryOnly = Arm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = Arm ? 0x8000 : 0x20000;

    private readonly FileHandle _handle;

    private DirectoryHandle(FileHandle handle, RawName name)
    {
        _handle = handle;
        Name = name;
    }

    /// <summary>Name or path it was opened by, for messages.</summary>
    public RawName Name { get; }

    /// <summary>Opens a directory by path, following links: for the place a user named.</summary>
    /// <exception cref="FileSystemException">It is missing, not a directory, or not readable.</exception>
    public static DirectoryHandle Open(RawName path) =>
        new(OpenAt(LinuxCalls.AtCurrentDirectory, path, ReadOnly | DirectoryOnly | CloseOnExec, 0, "open directory"), path);

    /// <summary>Opens a directory by path, following links.</summary>
    /// <exception cref="FileSystemException">It is missing, not a directory, or not readable.</exception>
    public static DirectoryHandle Open(string path) => Open(new RawName(path));

    /// <summary>Opens a directory below.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="followLinks">Only for parts of a path that a user typed.</param>
    /// <exception cref="FileSystemException">It is missing, a link, not a directory, or not readable.</exception>
    public DirectoryHandle OpenDirectory(RawName name, bool followLinks = false) =>
        new(OpenAt(Descriptor, name, ReadOnly | DirectoryOnly | CloseOnExec | (followLinks ? 0 : NoFollow), 0, "open directory"), name);

    /// <summary>Opens a file below for reading. A fifo in its place does not block; whoever cares checks <see cref="FileHandle.Stat"/>.</summary>
    /// <exception cref="FileSystemException">It is missing, a link, or not readable.</exception>
    public FileHandle OpenToRead(RawName name)
    {
        int flags = ReadOnly | NonBlocking | CloseOnExec | NoFollow;
        try
        {
            return OpenAt(Descriptor, name, flags | NoAccessTime, 0, "open");
        }
        catch (FileSystemException error) when (error.ErrorNumber == LinuxError.NotPermitted)
        {
            // Only the owner may ask to leave the access time alone.
            return OpenAt(Descriptor, name, flags, 0, "open");
        }
    }

    /// <summary>Opens an existing file below for reading and writing.</summary>
    /// <exception cref="FileSystemException">It is missing, a link, or not writable.</exception>
    public FileHandle OpenToWrite(RawName name) => OpenAt(Descriptor, name, ReadWrite | NonBlocking | CloseOnExec | NoFollow, 0, "open for writing");

    /// <summary>Creates a file that only its owner can read.</summary>
    /// <exception cref="FileSystemException">Something of that name exists, or it cannot be created.</exception>
    public FileHandle CreateFile(RawName name) =>
        OpenAt(Descriptor, name, ReadWrite | Create | Exclusive | CloseOnExec | NoFollow, 0x180, "create");

    /// <summary>Creates a file that only its owner can read; null when something of that name exists.</summary>
    /// <exception cref="FileSystemException">It cannot be created.</exception>
    public FileHandle? TryCreateFile(RawName name)
    {
        int descriptor;
        descriptor = LinuxCalls.OpenAt(Descriptor, Terminated(name), ReadWrite | Create | Exclusive | CloseOnExec | NoFollow, 0x180);

        return descriptor >= 0 ? new FileHandle(descriptor, name)
            : System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == LinuxError.Exists ? null
            : throw FileSystemException.Last("create", name);
    }

    /// <summary>All names but <c>.</c> and <c>..</c>, in the order of the directory.</summary>
    /// <exception cref="FileSystemException">Reading failed.</exception>
    public List<DirectoryEntry> List()
    {
        List<DirectoryEntry> entries = [];
        byte[] buffer = new byte[64 * 1024];
        LinuxCalls.Seek(Descriptor, 0, 0);
        while (true)
        {
            nint length;
            length = LinuxCalls.GetDents(Descriptor, buffer, (nuint)buffer.Length);

            if (length < 0)
            {
                throw FileSystemException.Last("list", Name);
            }

            if (length == 0)
            {
                return entries;
            }

            ReadEntries(buffer.AsSpan(0, (int)length), entries);
        }
    }

    /// <summary>Status of an entry, not following links.</summary>
    /// <exception cref="FileSystemException">It is missing, or the call failed.</exception>
    public FileStatus Stat(RawName name) => TryStat(name) ?? throw FileSystemException.Last("stat", name);

    /// <summary>Status of an entry, or null when there is none.</summary>
    /// <exception cref="FileSystemException">The call failed for another reason.</exception>
    public FileStatus? TryStat(RawName name)
    {
        if (LinuxCalls.StatX(Descriptor, Terminated(name), LinuxCalls.AtNoFollow, StatxBuffer.BasicMask, out StatxBuffer buffer) == 0)
        {
            return FileStatus.From(buffer);
        }

        return System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == LinuxError.NotFound
            ? null
            : throw FileSystemException.Last("stat", name);
    }

    /// <summary>Status of this directory.</summary>
    /// <exception cref="FileSystemException">The call failed.</exception>
    public FileStatus Stat() => _handle.Stat();

    /// <summary>Target of a symbolic link.</summary>
    /// <exception cref="FileSystemException">It is missing or not a link.</exception>
    public RawName ReadLink(RawName name)
    {
        for (int size = 256; ; size *= 4)
        {
            byte[] buffer = new byte[size];
            nint length;
            length = LinuxCalls.ReadLinkAt(Descriptor, Terminated(name), buffer, (nuint)size);

            if (length < 0)
            {
                throw FileSystemException.Last("read link", name);
            }

            if (length < size)
            {
                return new RawName(buffer[..(int)length]);
            }
        }
    }

    /// <summary>Creates a directory that only its owner can enter.</summary>
    /// <exception cref="FileSystemException">It exists or cannot be created.</exception>
    public void CreateDirectory(RawName name)
    {
        Check(LinuxCalls.MakeDirectoryAt(Descriptor, Terminated(name), 0x1C0), "create directory", name);
    }

    /// <summary>Creates a fifo or device with mode 0600.</summary>
    /// <exception cref="FileSystemException">It exists, or the process may not.</exception>
    public void CreateSpecial(RawName name, NodeType type, ulong device)
    {
        uint kind = type switch
        {
            NodeType.Fifo => 0x1000,
            NodeType.Device => 0x6000,
            NodeType.CharDevice => 0x2000,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a fifo or device"),
        };
        Check(LinuxCalls.MakeNodeAt(Descriptor, Terminated(name), kind | 0x180, device), "create special file", name);
    }

    /// <summary>Creates a symbolic link.</summary>
    /// <exception cref="FileSystemException">It exists or cannot be created.</exception>
    public void CreateSymlink(RawName name, RawName target)
    {
        Check(LinuxCalls.SymlinkAt(Terminated(target), Descriptor, Terminated(name)), "create link", name);
    }

    /// <summary>Gives an existing file of another directory a name here.</summary>
    /// <exception cref="FileSystemException">The name exists, or the file system cannot.</exception>
    public void CreateHardLink(RawName name, DirectoryHandle existingDirectory, RawName existingName)
    {
        Check(LinuxCalls.LinkAt(existingDirectory.Descriptor, Terminated(existingName), Descriptor, Terminated(name), 0), "create hard link", name);
    }

    /// <summary>Removes a name; for a directory, only when it is empty.</summary>
    /// <exception cref="FileSystemException">It is missing, not empty, or may not be removed.</exception>
    public void Remove(RawName name, bool directory = false)
    {
        Check(LinuxCalls.UnlinkAt(Descriptor, Terminated(name), directory ? LinuxCalls.AtRemoveDirectory : 0), "remove", name);
    }

    /// <summary>Sets owner and group of an entry, of a link itself too.</summary>
    /// <exception cref="FileSystemException">The process may not.</exception>
    public void SetOwner(RawName name, uint uid, uint gid)
    {
        Check(LinuxCalls.ChangeOwnerAt(Descriptor, Terminated(name), uid, gid, LinuxCalls.AtNoFollow), "set the owner of", name);
    }

    /// <summary>Sets permission, setuid, setgid and sticky bits of an entry that is not a link.</summary>
    /// <exception cref="FileSystemException">It is a link, or the process may not.</exception>
    public void SetPermissions(RawName name, uint permissions)
    {
        // fchmodat follows links and has no flag against it; a path-only descriptor pins the inode, and /proc gives it a path.
        using FileHandle entry = OpenAt(Descriptor, name, PathOnly | NoFollow | CloseOnExec, 0, "open");
        if (entry.Stat().Type == NodeType.Symlink)
        {
            throw new FileSystemException("set permissions of link", name, LinuxError.TooManyLinks);
        }

        Check(LinuxCalls.ChangeMode(Encoding.ASCII.GetBytes($"/proc/self/fd/{entry.Descriptor}\0"), permissions), "set the permissions of", name);
    }

    /// <summary>Sets access and modification time of an entry, of a link itself too.</summary>
    /// <exception cref="FileSystemException">The process may not, or the file system cannot hold the time.</exception>
    public void SetTimes(RawName name, NodeTime accessed, NodeTime modified)
    {
        ReadOnlySpan<TimeSpec> times =
        [
            new TimeSpec { Seconds = accessed.Seconds, Nanoseconds = accessed.Nanoseconds },
            new TimeSpec { Seconds = modified.Seconds, Nanoseconds = modified.Nanoseconds },
        ];
        Check(LinuxCalls.SetTimesAt(Descriptor, Terminated(name), times, LinuxCalls.AtNoFollow), "set the times of", name);
    }

    /// <summary>Extended attributes of an entry, in the order the file system lists them; empty where it has none.</summary>
    /// <exception cref="FileSystemException">Reading failed.</exception>
    public IReadOnlyList<ExtendedAttribute> ReadAttributes(RawName name) => AttributeCalls.Read(PathOf(name), name);

    /// <summary>Sets one extended attribute of an entry.</summary>
    /// <exception cref="FileSystemException">The process may not, or the file system has none.</exception>
    public void SetAttribute(RawName name, ExtendedAttribute attribute) => AttributeCalls.Set(PathOf(name), name, attribute);

    /// <summary>Removes one extended attribute of an entry.</summary>
    /// <exception cref="FileSystemException">It is not there, or the process may not.</exception>
    public void RemoveAttribute(RawName name, string attribute) => AttributeCalls.Remove(PathOf(name), name, attribute);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private int Descriptor => _handle.Descriptor;

    // The attribute calls know no directory descriptor; through /proc the path still begins at this very directory.
    private byte[] PathOf(RawName name) => [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{Descriptor}/"), .. name.Span, 0];

    private static byte[] Terminated(RawName name)
    {
        byte[] path = new byte[name.Length + 1];
        name.Span.CopyTo(path);
        return path;
    }

    private static FileHandle OpenAt(int directory, RawName name, int flags, uint mode, string operation)
    {
        int descriptor = LinuxCalls.OpenAt(directory, Terminated(name), flags, mode);
        return descriptor >= 0 ? new FileHandle(descriptor, name) : throw FileSystemException.Last(operation, name);
    }

    private static void Check(int result, string operation, RawName name)
    {
        if (result != 0)
        {
            throw FileSystemException.Last(operation, name);
        }
    }

    // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name with its zero.
    private static void ReadEntries(ReadOnlySpan<byte> records, List<DirectoryEntry> entries)
    {
        while (!records.IsEmpty)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            ReadOnlySpan<byte> name = records[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                entries.Add(new DirectoryEntry(new RawName(name.ToArray()), TypeOf(records[18])));
            }

            records = records[length..];
        }
    }

    private static NodeType? TypeOf(byte type) => type switch
    {
        1 => NodeType.Fifo,
        2 => NodeType.CharDevice,
        4 => NodeType.Directory,
        6 => NodeType.Device,
        8 => NodeType.File,
        10 => NodeType.Symlink,
        12 => NodeType.Socket,
        _ => null,
    };
}
