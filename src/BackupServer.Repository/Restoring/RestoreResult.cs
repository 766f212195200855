namespace BackupServer.Repository.Restoring;

/// <summary>What a restore did.</summary>
/// <param name="Files">Files that are now as in the snapshot, hard links too.</param>
/// <param name="Directories">Directories.</param>
/// <param name="Others">Symbolic links, fifos and devices.</param>
/// <param name="Skipped">Entries that existed and were left alone.</param>
/// <param name="Bytes">Bytes of the files.</param>
/// <param name="WrittenBytes">Bytes that were written; the others were equal already or are holes.</param>
/// <param name="ProblemCount">Paths with a problem.</param>
/// <param name="Problems">The first of them, at most <see cref="MaximumProblems"/>.</param>
public sealed record RestoreResult(
    long Files, long Directories, long Others, long Skipped, long Bytes, long WrittenBytes, long ProblemCount, IReadOnlyList<RestoreProblem> Problems)
{
    /// <summary>Problems that are listed; more are only counted.</summary>
    public const int MaximumProblems = 1000;

    /// <summary>Entries of the target that were removed, directories with all below them as one.</summary>
    public long Deleted { get; init; }
}
