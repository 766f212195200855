using System.Buffers;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>A blob's bytes as they will be encrypted: compressed in borrowed memory, or the plaintext itself, which must then not change until it is sealed.</summary>
internal readonly struct PreparedBlob(ReadOnlyMemory<byte> content, int uncompressedLength, byte[]? rented) : IDisposable
{
    public ReadOnlyMemory<byte> Content => content;

    /// <summary>Bytes of the plaintext if it is compressed, otherwise 0.</summary>
    public int UncompressedLength => uncompressedLength;

    /// <summary>Bytes that it takes in a pack.</summary>
    public int SealedLength => content.Length + Sealer.Overhead;

    public void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
