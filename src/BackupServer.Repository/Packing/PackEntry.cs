using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>One blob of a pack.</summary>
/// <param name="Blob">Type and id.</param>
/// <param name="Offset">Where its sealed bytes start in the pack.</param>
/// <param name="Length">Sealed bytes.</param>
/// <param name="UncompressedLength">Bytes of the plaintext if it is compressed, otherwise 0.</param>
internal readonly record struct PackEntry(BlobHandle Blob, uint Offset, uint Length, uint UncompressedLength)
{
    public bool IsCompressed => UncompressedLength > 0;

    /// <summary>Bytes that this entry takes in the pack's header.</summary>
    public int HeaderLength => PackHeader.EntryLength(IsCompressed);

    /// <summary>Bytes of the plaintext, as far as the entry tells the truth.</summary>
    public uint PlainLength => IsCompressed ? UncompressedLength : Length < Sealer.Overhead ? 0 : Length - Sealer.Overhead;
}
