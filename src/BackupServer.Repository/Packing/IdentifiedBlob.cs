namespace BackupServer.Repository.Packing;

/// <summary>A blob's plaintext with its name.</summary>
/// <param name="Blob">Type and id.</param>
/// <param name="Plaintext">What has the id.</param>
/// <param name="Fingerprint">Taken before the id was, so that what has this fingerprint has the id, whatever happened to the plaintext meanwhile; null if only the id can prove it.</param>
internal readonly record struct IdentifiedBlob(BlobHandle Blob, ReadOnlyMemory<byte> Plaintext, UInt128? Fingerprint);
