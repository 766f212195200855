namespace BackupServer.Repository.Nodes;

/// <summary>A node while its members are being read, in whatever order they come.</summary>
internal sealed class NodeDraft
{
    public RawName? Name { get; set; }

    public NodeType? Type { get; set; }

    public uint Mode { get; set; }

    public NodeTime ModifiedAt { get; set; }

    public NodeTime AccessedAt { get; set; }

    public NodeTime ChangedAt { get; set; }

    public uint Uid { get; set; }

    public uint Gid { get; set; }

    public string User { get; set; } = "";

    public string Group { get; set; } = "";

    public ulong Inode { get; set; }

    public ulong DeviceId { get; set; }

    public ulong Size { get; set; }

    public ulong Links { get; set; }

    public byte[] LinkTarget { get; set; } = [];

    // Wins over LinkTarget, which cannot carry bytes that are not UTF-8.
    public byte[]? RawLinkTarget { get; set; }

    public IReadOnlyList<ExtendedAttribute> ExtendedAttributes { get; set; } = [];

    public byte[] GenericAttributes { get; set; } = [];

    public ulong Device { get; set; }

    public List<ObjectId>? Content { get; set; }

    public ObjectId? Subtree { get; set; }

    public string Error { get; set; } = "";

    public Node ToNode() => new()
    {
        Name = Name ?? throw new FormatException("a node has no name"),
        Type = Type ?? throw new FormatException($"node '{Name}' has no type"),
        Mode = Mode,
        ModifiedAt = ModifiedAt,
        AccessedAt = AccessedAt,
        ChangedAt = ChangedAt,
        Uid = Uid,
        Gid = Gid,
        User = User,
        Group = Group,
        Inode = Inode,
        DeviceId = DeviceId,
        Size = Size,
        Links = Links,
        LinkTarget = new RawName(RawLinkTarget ?? LinkTarget),
        ExtendedAttributes = ExtendedAttributes,
        GenericAttributes = GenericAttributes,
        Device = Device,
        Content = Content,
        Subtree = Subtree,
        Error = Error,
    };
}
