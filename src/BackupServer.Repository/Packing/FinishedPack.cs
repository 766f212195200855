namespace BackupServer.Repository.Packing;

/// <summary>A pack that is stored, and what is in it.</summary>
internal sealed record FinishedPack(ObjectId Id, long Size, IReadOnlyList<PackEntry> Entries);
