using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Browsing;

/// <summary>One entry of a snapshot.</summary>
/// <param name="Path">Path from the snapshot's root, with a leading slash; <c>/</c> is the root itself.</param>
/// <param name="Node">What the snapshot says of it.</param>
public sealed record SnapshotEntry(RawName Path, Node Node);
