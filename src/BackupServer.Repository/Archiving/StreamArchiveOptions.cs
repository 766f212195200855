namespace BackupServer.Repository.Archiving;

/// <summary>What a snapshot of one stream says of itself.</summary>
public sealed record StreamArchiveOptions
{
    /// <summary>Path of the file in the snapshot, such as <c>/dump.sql</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The snapshot's host.</summary>
    public required string HostName { get; init; }

    /// <summary>The snapshot's user, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The snapshot's tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The snapshot's and the file's time; by default when the run began.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The snapshot's <c>program_version</c>.</summary>
    public string? ProgramVersion { get; init; }

    /// <summary>Chunks that are stored at the same time while the next is read.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Called when the stream has ended and before the snapshot is written; what it throws prevents the snapshot.</summary>
    public Func<CancellationToken, Task>? BeforeCommit { get; init; }

    /// <summary>Hears of every chunk.</summary>
    public IProgress<ArchiveProgress>? Progress { get; init; }
}
