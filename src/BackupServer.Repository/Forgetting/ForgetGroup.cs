using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Forgetting;

/// <summary>Snapshots of the same paths on the same host, and what becomes of them.</summary>
public sealed record ForgetGroup(string HostName, IReadOnlyList<string> Paths, RetentionPlan<Snapshot> Plan);
