using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Copying;

/// <summary>A snapshot, and what must be copied for it when all before it are copied.</summary>
/// <param name="Snapshot">The snapshot of the source.</param>
/// <param name="Ordinals">Entries of the source's index.</param>
/// <param name="Bytes">Their sealed bytes.</param>
internal sealed record CopyStep(Snapshot Snapshot, int[] Ordinals, long Bytes);
