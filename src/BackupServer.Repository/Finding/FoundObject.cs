using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Finding;

/// <summary>A place in a snapshot that needs a blob.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Path">The file, or the directory whose tree it is.</param>
/// <param name="ParentTree">The tree that has the entry; null for the root of the snapshot.</param>
public sealed record FoundObject(Snapshot Snapshot, BlobHandle Blob, RawName Path, ObjectId? ParentTree);
