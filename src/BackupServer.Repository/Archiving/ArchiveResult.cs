using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Archiving;

/// <summary>What a run did.</summary>
/// <param name="Snapshot">The snapshot, which is stored.</param>
/// <param name="Summary">Its numbers.</param>
/// <param name="ProblemCount">Paths with a problem.</param>
/// <param name="Problems">The first of them, at most <see cref="MaximumProblems"/>.</param>
public sealed record ArchiveResult(Snapshot Snapshot, SnapshotSummary Summary, long ProblemCount, IReadOnlyList<ArchiveProblem> Problems)
{
    /// <summary>Problems that are listed; more are only counted.</summary>
    public const int MaximumProblems = 1000;

    /// <summary>Nothing had changed and no snapshot was written: <see cref="Snapshot"/> is the parent.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>Id of the snapshot.</summary>
    public ObjectId SnapshotId => Snapshot.Id;
}
