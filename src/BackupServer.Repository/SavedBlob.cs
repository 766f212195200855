namespace BackupServer.Repository;

/// <summary>What became of a blob that was handed in.</summary>
/// <param name="Id">Id of the plaintext.</param>
/// <param name="Added">False if the repository already had it.</param>
/// <param name="StoredLength">Bytes it takes in its pack, sealed; 0 if it was not added.</param>
public readonly record struct SavedBlob(ObjectId Id, bool Added, int StoredLength);
