using System.Text.Json;
using System.Text.Json.Serialization;

namespace BackupServer.Repository;

/// <summary>Writes an id as its hex text.</summary>
internal sealed class ObjectIdJsonConverter : JsonConverter<ObjectId>
{
    public override ObjectId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ObjectId.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException("an id of 64 hex digits is expected");

    public override void Write(Utf8JsonWriter writer, ObjectId value, JsonSerializerOptions options)
    {
        Span<byte> hex = stackalloc byte[ObjectId.HexLength];
        value.CopyHexTo(hex);
        writer.WriteStringValue(hex);
    }
}
