using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>A file that is in the snapshot now.</summary>
/// <param name="Path">Its path there.</param>
/// <param name="Kind">Compared with the parent.</param>
/// <param name="Size">Its bytes.</param>
public readonly record struct ArchivedEntry(RawName Path, ArchivedEntryKind Kind, ulong Size);
