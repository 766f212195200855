using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Storage;

/// <summary>
/// An object serialized before its revision is known. The store completes it under its lock by writing the revision into the gap
/// left in <c>metadata.resourceVersion</c>, so that the lock is held for a copy and not for a serialization.
/// </summary>
internal sealed class EncodedObject
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1000 };
    private readonly byte[] _bytes;
    private readonly int _gap;
    private readonly int _itemOffset;

    private EncodedObject(JsonObject obj, byte[] bytes, int itemOffset, int gap)
    {
        _bytes = bytes;
        _itemOffset = itemOffset;
        _gap = gap;
        var metadata = obj["metadata"] as JsonObject;
        Namespace = (string?)metadata?["namespace"] ?? "";
        Name = (string?)metadata?["name"] ?? "";
        Uid = (string?)metadata?["uid"] ?? "";
        IsDeleting = metadata?["deletionTimestamp"] is not null;
        Labels = metadata?["labels"] is JsonObject { Count: > 0 } labels
            ? labels.ToFrozenDictionary(l => l.Key, l => (string?)l.Value ?? "")
            : FrozenDictionary<string, string>.Empty;
        OwnerUids = metadata?["ownerReferences"] is JsonArray { Count: > 0 } owners
            ? [.. owners.Select(o => (string?)o?["uid"] ?? "")]
            : [];
    }

    public string Namespace { get; }

    public string Name { get; }

    public string Uid { get; }

    public bool IsDeleting { get; }

    public FrozenDictionary<string, string> Labels { get; }

    public IReadOnlyList<string> OwnerUids { get; }

    /// <summary>Serializes an object; its metadata.resourceVersion is ignored.</summary>
    public static EncodedObject Encode(JsonObject obj)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteString("kind", (string?)obj["kind"]);
        writer.WriteString("apiVersion", (string?)obj["apiVersion"]);
        writer.Flush();
        var itemOffset = buffer.WrittenCount + 1;
        writer.WritePropertyName("metadata");
        var gap = WriteMetadata(writer, buffer, obj["metadata"] as JsonObject);
        foreach (var (key, value) in obj)
        {
            if (key is not ("kind" or "apiVersion" or "metadata"))
            {
                Write(writer, key, value);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return new EncodedObject(obj, buffer.WrittenSpan.ToArray(), itemOffset, gap);
    }

    /// <summary>The finished state at a revision.</summary>
    public StoredObject At(long revision)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(revision, digits, out var length);
        var utf8 = new byte[_bytes.Length + length];
        _bytes.AsSpan(0, _gap).CopyTo(utf8);
        digits[..length].CopyTo(utf8.AsSpan(_gap));
        _bytes.AsSpan(_gap).CopyTo(utf8.AsSpan(_gap + length));
        return new StoredObject(utf8, _itemOffset, this, revision);
    }

    private static int WriteMetadata(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer, JsonObject? metadata)
    {
        writer.WriteStartObject();
        var gap = -1;
        foreach (var (key, value) in metadata ?? [])
        {
            if (key == "resourceVersion")
            {
                continue;
            }

            if (gap < 0 && key is not ("name" or "generateName" or "namespace" or "selfLink" or "uid"))
            {
                gap = WriteGap(writer, buffer);
            }

            Write(writer, key, value);
        }

        gap = gap < 0 ? WriteGap(writer, buffer) : gap;
        writer.WriteEndObject();
        return gap;
    }

    private static int WriteGap(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer)
    {
        writer.WriteString("resourceVersion", "");
        writer.Flush();
        return buffer.WrittenCount - 1;
    }

    private static void Write(Utf8JsonWriter writer, string key, JsonNode? value)
    {
        writer.WritePropertyName(key);
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
