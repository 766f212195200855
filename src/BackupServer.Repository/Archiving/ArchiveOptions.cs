using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Archiving;

/// <summary>What is backed up, and how. Either <see cref="Root"/> or <see cref="Paths"/> is given.</summary>
public sealed record ArchiveOptions
{
    /// <summary>One directory under a given name.</summary>
    public ArchiveRoot? Root { get; init; }

    /// <summary>Paths that appear in the snapshot with all directories above them, as restic does.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Writes no snapshot when it would hold what its parent holds, metadata included.</summary>
    public bool SkipIfUnchanged { get; init; }

    /// <summary>More paths, whose bytes are not UTF-8. The snapshot's list of paths, which is text, has U+FFFD where they are not.</summary>
    public IReadOnlyList<RawName> RawPaths { get; init; } = [];

    /// <summary>The snapshot's <c>paths</c>; by default those of <see cref="Paths"/>, or <c>/</c> and the root's node name.</summary>
    public IReadOnlyList<string>? SnapshotPaths { get; init; }

    /// <summary>The snapshot's host. With the paths it decides which snapshot is the parent.</summary>
    public required string HostName { get; init; }

    /// <summary>The snapshot's user, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The snapshot's tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Name of a further tag <c>name=count</c> that tells of how many paths there was a problem; null, or no problem: no tag.</summary>
    public string? ProblemCountTag { get; init; }

    /// <summary>The snapshot's time; by default when the run began.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The snapshot to compare with; by default the newest of the same host and paths.</summary>
    public ObjectId? Parent { get; init; }

    /// <summary>Reads every file, whatever an earlier snapshot says.</summary>
    public bool ReadAll { get; init; }

    /// <summary>Files that are read at the same time. Each takes up to 9 MiB of memory.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Patterns of what is left out, see <see cref="Files.PathPatterns"/>; they see paths as in the snapshot.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>More of them, which take upper and lower case for the same.</summary>
    public IReadOnlyList<string> ExcludesIgnoringCase { get; init; } = [];

    /// <summary>Directories that have one of these files are kept with that file only.</summary>
    public IReadOnlyList<ExcludeMarker> ExcludeMarkers { get; init; } = [];

    /// <summary>Files of more bytes are left out.</summary>
    public long MaximumFileSize { get; init; } = long.MaxValue;

    /// <summary>Reads block devices and keeps their bytes as files; otherwise a node says that a device is there.</summary>
    public bool ReadDevices { get; init; }

    /// <summary>Records the times of the last reading, which change trees without need.</summary>
    public bool RecordAccessTime { get; init; }

    /// <summary>Records the names of users and groups that this machine has for the numbers.</summary>
    public bool RecordNames { get; init; }

    /// <summary>Which snapshots may be the parent where none is given: those alike in this.</summary>
    public SnapshotGrouping ParentGrouping { get; init; } = SnapshotGrouping.Host | SnapshotGrouping.Paths;

    /// <summary>Takes a file for unchanged although its inode number differs: for copies that keep times but not inodes.</summary>
    public bool IgnoreInode { get; init; }

    /// <summary>Takes a file for unchanged although its ctime differs.</summary>
    public bool IgnoreChangeTime { get; init; }

    /// <summary>Does not enter file systems that are mounted below; their mount points are kept as empty directories.</summary>
    public bool StayOnFileSystem { get; init; }

    /// <summary>The snapshot's <c>program_version</c>.</summary>
    public string? ProgramVersion { get; init; }

    /// <summary>Looks at everything that is stored before the snapshot makes it a backup: its blobs are durable and indexed. What it throws prevents the commit.</summary>
    public Func<Snapshot, CancellationToken, Task>? Verify { get; init; }

    /// <summary>Hears of every finished file, from any thread.</summary>
    public IProgress<ArchiveProgress>? Progress { get; init; }

    /// <summary>Hears of every finished file by name, from any thread.</summary>
    public IProgress<ArchivedEntry>? Entries { get; init; }
}
