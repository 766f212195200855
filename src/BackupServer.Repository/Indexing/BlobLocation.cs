namespace BackupServer.Repository.Indexing;

/// <summary>Where a blob is.</summary>
/// <param name="Pack">The pack file.</param>
/// <param name="Offset">Where its sealed bytes start.</param>
/// <param name="Length">Sealed bytes.</param>
/// <param name="UncompressedLength">Bytes of the plaintext if it is compressed, otherwise 0.</param>
public readonly record struct BlobLocation(ObjectId Pack, uint Offset, uint Length, uint UncompressedLength)
{
    /// <summary>Bytes of the plaintext.</summary>
    public uint PlainLength => UncompressedLength > 0 ? UncompressedLength : Length - Crypto.Sealer.Overhead;
}
