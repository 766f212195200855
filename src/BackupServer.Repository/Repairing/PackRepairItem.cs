namespace BackupServer.Repository.Repairing;

/// <summary>A pack that is given up.</summary>
/// <param name="Pack">Its name.</param>
/// <param name="Exists">Whether there is a file.</param>
/// <param name="Intact">Blobs in it that can be saved.</param>
/// <param name="Lost">Blobs in it that are damaged; other packs may have copies.</param>
public sealed record PackRepairItem(ObjectId Pack, bool Exists, IReadOnlyList<BlobHandle> Intact, IReadOnlyList<BlobHandle> Lost);
