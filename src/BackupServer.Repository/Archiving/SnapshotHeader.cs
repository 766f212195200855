namespace BackupServer.Repository.Archiving;

/// <summary>What a built snapshot says of itself.</summary>
public sealed record SnapshotHeader
{
    /// <summary>The snapshot's host.</summary>
    public required string HostName { get; init; }

    /// <summary>The snapshot's paths.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The snapshot's tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The snapshot's time; by default when it is committed.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The snapshot before this one, or null.</summary>
    public ObjectId? Parent { get; init; }

    /// <summary>The snapshot's user, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The snapshot's <c>program_version</c>.</summary>
    public string? ProgramVersion { get; init; }
}
