using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Comparing;

/// <summary>A path that differs between two snapshots.</summary>
/// <param name="Path">The path in both.</param>
/// <param name="Kinds">In which ways.</param>
/// <param name="Before">The entry of the first snapshot; null if it has none.</param>
/// <param name="After">The entry of the second; null if it has none.</param>
public sealed record SnapshotChange(RawName Path, ChangeKinds Kinds, Node? Before, Node? After)
{
    /// <summary>Whether the path names a directory where it is.</summary>
    public bool IsDirectory => (After ?? Before)!.Type == NodeType.Directory;
}
