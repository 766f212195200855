using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Reliability.Models;

/// <summary>What is at one path, or at several: hard links share the object.</summary>
internal sealed class ModelEntry(NodeType type)
{
    public NodeType Type => type;

    public byte[] Content { get; set; } = [];

    public string Target { get; set; } = "";

    public uint Permissions { get; set; } = 0x1A4;

    /// <summary>Seconds and nanoseconds; of directories it is not compared, because each change below changes it.</summary>
    public NodeTime ModifiedAt { get; set; }

    public string? Attribute { get; set; }

    public ModelEntry Clone() => new(Type)
    {
        Content = Content,
        Target = Target,
        Permissions = Permissions,
        ModifiedAt = ModifiedAt,
        Attribute = Attribute,
    };

    /// <summary>The entry in words, for comparisons and for people.</summary>
    public override string ToString() => Type switch
    {
        NodeType.Directory => $"directory {Convert.ToString(Permissions, 8)}",
        NodeType.Symlink => $"link to {Target}",
        NodeType.Fifo => $"fifo {Convert.ToString(Permissions, 8)} {ModifiedAt.Seconds}.{ModifiedAt.Nanoseconds}",
        _ => $"file {Convert.ToString(Permissions, 8)} {ModifiedAt.Seconds}.{ModifiedAt.Nanoseconds} {Content.Length} {ObjectId.Of(Content).ToShortString()} {Attribute}",
    };
}
