using System.Text.Json;
using System.Text.Json.Serialization;

namespace BackupServer.Abstractions.Objects;

/// <summary>Writes <c>metav1.Duration</c> as Go does, for example <c>1h30m0s</c>.</summary>
public sealed class KubernetesDurationConverter : JsonConverter<TimeSpan>
{
    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? "";
        return GoDuration.TryParse(text, out var value)
            ? value
            : throw new JsonException($"\"{text}\" is no duration such as 1h30m, 10m or 30s.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(GoDuration.Format(value));
}
