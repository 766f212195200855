using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Comparing;

/// <summary>What only one of two snapshots has.</summary>
public sealed record ComparisonSide
{
    /// <summary>Files.</summary>
    public long Files { get; init; }

    /// <summary>Directories.</summary>
    public long Directories { get; init; }

    /// <summary>Links, devices and the like.</summary>
    public long Others { get; init; }

    /// <summary>Data blobs.</summary>
    public long DataBlobs { get; init; }

    /// <summary>Tree blobs.</summary>
    public long TreeBlobs { get; init; }

    /// <summary>Bytes of those blobs before compression.</summary>
    public long Bytes { get; init; }

    internal ComparisonSide Add(Node node) => node.Type switch
    {
        NodeType.File => this with { Files = Files + 1 },
        NodeType.Directory => this with { Directories = Directories + 1 },
        _ => this with { Others = Others + 1 },
    };
}
