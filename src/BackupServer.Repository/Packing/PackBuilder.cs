using System.Buffers.Binary;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>A pack that is being filled, in memory: its name is only known when all of it is there. Not for concurrent use, but reserved room may be filled from any thread.</summary>
internal sealed class PackBuilder(int expectedSize)
{
    private readonly List<PackEntry> _entries = [];
    private byte[] _bytes = [];
    private int _headerLength;

    public int Length { get; private set; }

    public int Count => _entries.Count;

    /// <summary>Adds a blob whose sealed bytes are there already.</summary>
    public void Add(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, int uncompressedLength)
    {
        if (!TryReserve(blob, sealedBytes.Length, uncompressedLength, out var room))
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, (2L * _bytes.Length) + sealedBytes.Length + PackHeader.EntryLength(compressed: true)));
            _ = TryReserve(blob, sealedBytes.Length, uncompressedLength, out room);
        }

        sealedBytes.CopyTo(room.Span);
    }

    /// <summary>
    /// Adds a blob and gives out the room for its sealed bytes, which must be filled before <see cref="Finish"/>. False if the pack must be closed first: what was given out
    /// cannot move. A blob larger than a pack gets one of its own size.
    /// </summary>
    public bool TryReserve(BlobHandle blob, int sealedLength, int uncompressedLength, out Memory<byte> room)
    {
        var entry = new PackEntry(blob, (uint)Length, (uint)sealedLength, (uint)uncompressedLength);
        var needed = checked(Length + sealedLength + _headerLength + entry.HeaderLength + PackHeader.Overhead);
        if (needed > _bytes.Length)
        {
            if (Count > 0)
            {
                room = default;
                return false;
            }

            // Not cleared, so that the memory of a pack that stays small is never touched.
            _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(expectedSize, needed));
        }

        _entries.Add(entry);
        _headerLength += entry.HeaderLength;
        room = _bytes.AsMemory(Length, sealedLength);
        Length += sealedLength;
        return true;
    }

    /// <summary>Closes the pack. The bytes stay valid until <see cref="Clear"/>.</summary>
    public (FinishedPack Pack, ReadOnlyMemory<byte> Content) Finish(Sealer sealer)
    {
        var header = PackHeader.Encode(_entries);
        var sealedLength = header.Length + Sealer.Overhead;
        sealer.Seal(header, _bytes.AsSpan(Length, sealedLength));
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Length + sealedLength), (uint)sealedLength);
        Length += sealedLength + PackHeader.LengthField;
        var content = _bytes.AsMemory(0, Length);
        return (new FinishedPack(ObjectId.Of(content.Span), Length, [.. _entries]), content);
    }

    public void Clear()
    {
        _entries.Clear();
        Length = 0;
        _headerLength = 0;
        if (_bytes.Length > expectedSize)
        {
            // One huge blob must not keep its room forever.
            _bytes = [];
        }
    }
}
