using System.Buffers.Binary;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>A pack that is being filled, in memory: its name is only known when all of it is there. Not for concurrent use.</summary>
internal sealed class PackBuilder(int expectedSize)
{
    private readonly List<PackEntry> _entries = [];
    private byte[] _bytes = new byte[expectedSize];

    public int Length { get; private set; }

    public int Count => _entries.Count;

    public void Add(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, int uncompressedLength)
    {
        _entries.Add(new PackEntry(blob, (uint)Length, (uint)sealedBytes.Length, (uint)uncompressedLength));
        Append(sealedBytes);
    }

    /// <summary>Closes the pack. The bytes stay valid until <see cref="Clear"/>.</summary>
    public (FinishedPack Pack, ReadOnlyMemory<byte> Content) Finish(Sealer sealer)
    {
        var header = sealer.Seal(PackHeader.Encode(_entries));
        Append(header);
        Span<byte> length = stackalloc byte[PackHeader.LengthField];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)header.Length);
        Append(length);
        var id = ObjectId.Of(_bytes.AsSpan(0, Length));

        return (new FinishedPack(id, Length, [.. _entries]), _bytes.AsMemory(0, Length));
    }

    public void Clear()
    {
        _entries.Clear();
        Length = 0;
        if (_bytes.Length > 2 * expectedSize)
        {
            // One huge blob must not keep its room forever.
            _bytes = new byte[expectedSize];
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var needed = checked(Length + bytes.Length);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, _bytes.Length * 5L / 4)));
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length = needed;
    }
}
