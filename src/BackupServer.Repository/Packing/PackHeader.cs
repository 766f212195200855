using System.Buffers.Binary;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>
/// The table of contents at a pack's end: per blob type (u8), sealed length (u32le), for compressed ones plaintext length (u32le), id (32).
/// Sealed as one, followed by its sealed length (u32le). Offsets follow from the lengths: a pack has no gaps.
/// </summary>
internal static class PackHeader
{
    public const int LengthField = 4;
    public const int MaximumLength = 16 << 20;

    /// <summary>Bytes of a pack beside its blobs and their header entries.</summary>
    public const int Overhead = Sealer.Overhead + LengthField;

    private const int PlainEntry = 1 + 4 + ObjectId.Size;
    private const int CompressedEntry = PlainEntry + 4;
    private const byte CompressedFlag = 2;

    public static int EntryLength(bool compressed) => compressed ? CompressedEntry : PlainEntry;

    public static byte[] Encode(IReadOnlyList<PackEntry> entries)
    {
        var header = new byte[entries.Sum(static entry => entry.HeaderLength)];
        var rest = header.AsSpan();
        foreach (var entry in entries)
        {
            rest[0] = (byte)((int)entry.Blob.Type | (entry.IsCompressed ? CompressedFlag : 0));
            BinaryPrimitives.WriteUInt32LittleEndian(rest[1..], entry.Length);
            if (entry.IsCompressed)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(rest[5..], entry.UncompressedLength);
            }

            entry.Blob.Id.CopyTo(rest[(entry.HeaderLength - ObjectId.Size)..]);
            rest = rest[entry.HeaderLength..];
        }

        return header;
    }

    /// <exception cref="InvalidDataException">The header breaks off or has an unknown type.</exception>
    public static List<PackEntry> Decode(ReadOnlySpan<byte> header)
    {
        var entries = new List<PackEntry>(header.Length / PlainEntry);
        long offset = 0;
        while (!header.IsEmpty)
        {
            var type = header[0];
            var size = EntryLength((type & CompressedFlag) != 0);
            if (type > 3 || header.Length < size || offset > uint.MaxValue)
            {
                throw new InvalidDataException(type > 3 ? $"unknown blob type {type}" : "the header breaks off in an entry");
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[1..]);
            var plain = size == CompressedEntry ? BinaryPrimitives.ReadUInt32LittleEndian(header[5..]) : 0;
            var id = new ObjectId(header.Slice(size - ObjectId.Size, ObjectId.Size));
            entries.Add(new PackEntry(new BlobHandle((BlobType)(type & 1), id), (uint)offset, length, plain));
            offset += length;
            header = header[size..];
        }

        return entries;
    }

    /// <summary>Opens the header of a whole pack.</summary>
    /// <exception cref="InvalidDataException">There is no header that opens and parses.</exception>
    public static List<PackEntry> Read(ReadOnlySpan<byte> pack, Sealer sealer)
    {
        if (pack.Length < Overhead)
        {
            throw new InvalidDataException($"{pack.Length} bytes are too few for a pack");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(pack[^LengthField..]);
        if (length < Sealer.Overhead || length > MaximumLength || length > pack.Length - LengthField)
        {
            throw new InvalidDataException($"the header's length {length} is impossible");
        }

        var header = sealer.TryOpen(pack.Slice(pack.Length - LengthField - (int)length, (int)length))
            ?? throw new InvalidDataException("the header's authentication tag does not verify");
        return Decode(header);
    }
}
