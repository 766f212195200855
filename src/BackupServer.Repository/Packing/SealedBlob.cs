using System.Buffers;

namespace BackupServer.Repository.Packing;

/// <summary>A blob as it goes into a pack, in borrowed memory.</summary>
internal readonly struct SealedBlob(byte[] rented, int length, int uncompressedLength) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => rented.AsMemory(0, length);

    public int UncompressedLength => uncompressedLength;

    public void Dispose() => ArrayPool<byte>.Shared.Return(rented);
}
