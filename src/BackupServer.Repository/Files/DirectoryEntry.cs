using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>One name in a directory.</summary>
/// <param name="Name">Raw name.</param>
/// <param name="Type">Kind as the directory tells it, or null where the file system does not say without a stat.</param>
public readonly record struct DirectoryEntry(RawName Name, NodeType? Type);
