using BackupServer.Repository.Files;

namespace BackupServer.Repository.Rewriting;

/// <summary>What is changed in snapshots that exist.</summary>
public sealed record RewriteOptions
{
    /// <summary>What is dropped.</summary>
    public IReadOnlyList<PathPatterns> Excludes { get; init; } = [];

    /// <summary>Another host name; null leaves it.</summary>
    public string? HostName { get; init; }

    /// <summary>Another time; null leaves it.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Removes the snapshots as they were, when their successors are stored; otherwise both stay and the new ones are tagged.</summary>
    public bool Forget { get; init; }
}
