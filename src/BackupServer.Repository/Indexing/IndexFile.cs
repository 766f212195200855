namespace BackupServer.Repository.Indexing;

/// <summary>An index file that was read, and the ordinals of the packs it lists.</summary>
internal sealed record IndexFile(ObjectId Id, int[] Packs);
