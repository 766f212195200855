using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Rewriting;

/// <summary>A snapshot that changes.</summary>
/// <param name="Before">As it is.</param>
/// <param name="After">As it will be, not stored yet; null when nothing of it can be kept.</param>
/// <param name="Changes">The paths that change and how, at most <see cref="RewritePlan.MaximumChanges"/>; those of directories that an earlier snapshot has too are listed there.</param>
/// <param name="ChangeCount">How many there are.</param>
/// <param name="DroppedFiles">Files that go.</param>
/// <param name="DroppedBytes">Bytes that go.</param>
public sealed record RewrittenSnapshot(
    Snapshot Before, Snapshot? After, IReadOnlyList<(string Path, string Change)> Changes, long ChangeCount, long DroppedFiles, long DroppedBytes);
