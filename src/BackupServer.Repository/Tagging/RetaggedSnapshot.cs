using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Tagging;

/// <summary>A snapshot whose tags change.</summary>
/// <param name="Snapshot">As it is.</param>
/// <param name="Tags">What it gets.</param>
public sealed record RetaggedSnapshot(Snapshot Snapshot, IReadOnlyList<string> Tags);
