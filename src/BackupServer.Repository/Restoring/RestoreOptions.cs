namespace BackupServer.Repository.Restoring;

/// <summary>What is restored, where, and how.</summary>
public sealed record RestoreOptions
{
    /// <summary>Directory to restore into; made if it does not exist. What is in it and not in the snapshot stays, unless <see cref="Delete"/> is set.</summary>
    public required string Target { get; init; }

    /// <summary>The directory of the snapshot whose entries are restored, or one file.</summary>
    public string SubPath { get; init; } = "/";

    /// <summary>Only what matches one of these, and the directories on the way, see <see cref="Files.PathPatterns"/>; paths begin at <see cref="SubPath"/>.</summary>
    public IReadOnlyList<string> Includes { get; init; } = [];

    /// <summary>More of them, which take upper and lower case for the same.</summary>
    public IReadOnlyList<string> IncludesIgnoringCase { get; init; } = [];

    /// <summary>Not what matches one of these.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>More of them, which take upper and lower case for the same.</summary>
    public IReadOnlyList<string> ExcludesIgnoringCase { get; init; } = [];

    /// <summary>Removes what is in restored directories and not in the snapshot, as far as includes and excludes mean it.</summary>
    public bool Delete { get; init; }

    /// <summary>Makes holes of blocks of zeros.</summary>
    public bool Sparse { get; init; } = true;

    /// <summary>What happens to existing files.</summary>
    public RestoreOverwrite Overwrite { get; init; }

    /// <summary>Reads every restored file again and compares it with the snapshot.</summary>
    public bool Verify { get; init; }

    /// <summary>Gives the target the mode, owner, times and attributes of <see cref="SubPath"/>, where that is a directory with metadata.</summary>
    public bool RootMetadata { get; init; } = true;

    /// <summary>Attributes that are neither set nor removed: labels of the host, which another host has its own of.</summary>
    public IReadOnlyList<string> IgnoredAttributes { get; init; } = ["security.selinux"];

    /// <summary>Files that are written at the same time.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Hears of every finished file, from any thread.</summary>
    public IProgress<RestoreProgress>? Progress { get; init; }
}
