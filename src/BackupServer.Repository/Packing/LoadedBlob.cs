using System.Buffers;

namespace BackupServer.Repository.Packing;

/// <summary>The plaintext of a blob in borrowed memory; not to be touched after disposal.</summary>
internal readonly struct LoadedBlob(byte[] rented, int length) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => rented.AsMemory(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(rented);
}
