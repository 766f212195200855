namespace BackupServer.Repository.Nodes;

/// <summary>
/// One entry of a directory as a tree stores it. Members that the format omits when zero or empty have that as default.
/// Members that this library does not know are dropped on reading, so only trees of the known members survive decode and encode.
/// </summary>
public sealed record Node
{
    /// <summary>Raw name, unescaped.</summary>
    public required RawName Name { get; init; }

    /// <summary>Kind of the entry.</summary>
    public required NodeType Type { get; init; }

    /// <summary>Go's file mode with type bits, see <see cref="NodeMode"/>.</summary>
    public uint Mode { get; init; }

    /// <summary>Time of the last change of the content.</summary>
    public NodeTime ModifiedAt { get; init; }

    /// <summary>Time of the last read; by default equal to <see cref="ModifiedAt"/>, because real access times would change every tree.</summary>
    public NodeTime AccessedAt { get; init; }

    /// <summary>Time of the last change of the inode; part of the change detection, never restored.</summary>
    public NodeTime ChangedAt { get; init; }

    /// <summary>Owner's number.</summary>
    public uint Uid { get; init; }

    /// <summary>Group's number.</summary>
    public uint Gid { get; init; }

    /// <summary>Owner's name on the source host, or empty.</summary>
    public string User { get; init; } = "";

    /// <summary>Group's name on the source host, or empty.</summary>
    public string Group { get; init; } = "";

    /// <summary>Inode number on the source.</summary>
    public ulong Inode { get; init; }

    /// <summary>Device number of the source's file system; this library writes it only where <see cref="Links"/> is above 1.</summary>
    public ulong DeviceId { get; init; }

    /// <summary>Files: bytes that were read.</summary>
    public ulong Size { get; init; }

    /// <summary>Files, symlinks and devices: number of hard links.</summary>
    public ulong Links { get; init; }

    /// <summary>Symlinks: raw bytes of the target.</summary>
    public RawName LinkTarget { get; init; }

    /// <summary>Extended attributes in the order the file system lists them.</summary>
    public IReadOnlyList<ExtendedAttribute> ExtendedAttributes { get; init; } = [];

    /// <summary>Windows attributes as raw JSON, kept as they are; empty otherwise.</summary>
    public ReadOnlyMemory<byte> GenericAttributes { get; init; }

    /// <summary>Devices: <c>st_rdev</c>.</summary>
    public ulong Device { get; init; }

    /// <summary>Files: the data blobs in order, empty for an empty file; null for everything else.</summary>
    public IReadOnlyList<ObjectId>? Content { get; init; }

    /// <summary>Directories: the tree blob.</summary>
    public ObjectId? Subtree { get; init; }

    /// <summary>An error recorded by another writer, or empty.</summary>
    public string Error { get; init; } = "";
}
