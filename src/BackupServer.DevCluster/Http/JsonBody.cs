using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Http;

/// <summary>Parses JSON bodies: the last of two equal keys wins (and is reported), errors have the words of Go's decoder.</summary>
internal static class JsonBody
{
    /// <param name="bytes">The body.</param>
    /// <param name="duplicates">Paths of keys that occur twice, in order.</param>
    /// <exception cref="FormatException">It is not JSON; the message is Go's.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> bytes, out List<string> duplicates)
    {
        duplicates = [];
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 512 });
            if (HasDuplicates(reader, duplicates))
            {
                return JsonNode.Parse(WithoutDuplicates(bytes));
            }

            return JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { MaxDepth = 512 });
        }
        catch (JsonException e)
        {
            throw new FormatException(Explain(bytes, e), e);
        }
    }

    private static string Explain(ReadOnlySpan<byte> bytes, JsonException error)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var lines = text.Split('\n');
        var position = lines.Take((int)(error.LineNumber ?? 0)).Sum(l => Encoding.UTF8.GetByteCount(l) + 1) + (int)(error.BytePositionInLine ?? 0);
        return position >= bytes.TrimEnd(" \n\r\t"u8).Length
            ? "unexpected end of JSON input"
            : $"invalid character '{(char)bytes[position]}' looking for beginning of value";
    }

    private static bool HasDuplicates(Utf8JsonReader reader, List<string> duplicates)
    {
        var levels = new Stack<(HashSet<string>? Keys, int Index, string Name)>();
        var name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                case JsonTokenType.StartArray:
                    CountElement(levels);
                    levels.Push((reader.TokenType == JsonTokenType.StartObject ? [] : null, -1, ""));
                    break;
                case JsonTokenType.EndObject:
                case JsonTokenType.EndArray:
                    levels.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    var level = levels.Pop();
                    var fresh = level.Keys!.Add(name);
                    levels.Push(level with { Name = name });
                    if (!fresh)
                    {
                        duplicates.Add(Path(levels));
                    }

                    break;
                default:
                    CountElement(levels);
                    break;
            }
        }

        return duplicates.Count > 0;
    }

    private static void CountElement(Stack<(HashSet<string>? Keys, int Index, string Name)> levels)
    {
        if (levels.TryPeek(out var level) && level.Keys is null)
        {
            levels.Pop();
            levels.Push(level with { Index = level.Index + 1 });
        }
    }

    private static string Path(Stack<(HashSet<string>? Keys, int Index, string Name)> levels)
    {
        var path = new StringBuilder();
        foreach (var level in levels.Reverse())
        {
            path.Append(level.Keys is null ? $"[{level.Index}]" : path.Length == 0 ? level.Name : "." + level.Name);
        }

        return path.ToString();
    }

    private static byte[] WithoutDuplicates(ReadOnlySpan<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes.ToArray(), new JsonDocumentOptions { MaxDepth = 512 });
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(document.RootElement, writer);
        }

        return buffer.ToArray();
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var last in element.EnumerateObject().GroupBy(p => p.Name).Select(g => g.Last()))
                {
                    writer.WritePropertyName(last.Name);
                    Write(last.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
