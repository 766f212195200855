using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Finding;

/// <summary>Which entries of snapshots are looked for.</summary>
public sealed record FindQuery
{
    /// <summary>What the path matches.</summary>
    public required PathPatterns Patterns { get; init; }

    /// <summary>Changed at this time or later.</summary>
    public NodeTime? Oldest { get; init; }

    /// <summary>Changed at this time or earlier.</summary>
    public NodeTime? Newest { get; init; }
}
