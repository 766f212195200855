using System.Buffers;
using System.Text.Json;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Indexing;

/// <summary>Writes the JSON of an index file.</summary>
internal static class IndexEncoder
{
    // Bytes of an entry at most, and of a pack around its entries: room that need not grow, which would take three times the memory.
    private const int EntryLength = 170;
    private const int PackLength = 100;

    public static ReadOnlyMemory<byte> Encode(IReadOnlyCollection<FinishedPack> packs)
    {
        var json = new ArrayBufferWriter<byte>((64 << 10) + packs.Sum(static pack => PackLength + (EntryLength * pack.Entries.Count)));
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("packs"u8);
            foreach (var pack in packs)
            {
                Write(writer, pack);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        json.Write("\n"u8);
        return json.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, FinishedPack pack)
    {
        writer.WriteStartObject();
        WriteId(writer, pack.Id);
        writer.WriteStartArray("blobs"u8);
        foreach (var entry in pack.Entries)
        {
            writer.WriteStartObject();
            WriteId(writer, entry.Blob.Id);
            writer.WriteString("type"u8, entry.Blob.Type == BlobType.Tree ? "tree"u8 : "data"u8);
            writer.WriteNumber("offset"u8, entry.Offset);
            writer.WriteNumber("length"u8, entry.Length);
            if (entry.IsCompressed)
            {
                writer.WriteNumber("uncompressed_length"u8, entry.UncompressedLength);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, ObjectId id)
    {
        Span<byte> hex = stackalloc byte[ObjectId.HexLength];
        id.CopyHexTo(hex);
        writer.WriteString("id"u8, hex);
    }
}
