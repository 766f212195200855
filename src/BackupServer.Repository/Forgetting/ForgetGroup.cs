using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Forgetting;

/// <summary>Snapshots that belong together, and what becomes of them.</summary>
/// <param name="HostName">Their host; empty where they are not grouped by it.</param>
/// <param name="Paths">Their paths; empty where they are not grouped by them.</param>
/// <param name="Plan">What stays, why, and what goes.</param>
public sealed record ForgetGroup(string HostName, IReadOnlyList<string> Paths, RetentionPlan<Snapshot> Plan)
{
    /// <summary>Their tags; null where they are not grouped by them.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}
