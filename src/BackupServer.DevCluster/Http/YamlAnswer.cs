using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Http;

/// <summary>Writes a JSON tree as YAML: block style for maps and lists, strings quoted as JSON strings (which YAML reads alike).</summary>
internal static class YamlAnswer
{
    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        WriteNode(text, node, 0, inline: false);
        return text.ToString();
    }

    private static void WriteNode(StringBuilder text, JsonNode? node, int indent, bool inline)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } obj:
                var first = inline;
                foreach (var (key, value) in obj)
                {
                    text.Append(' ', first ? 0 : indent).Append(Key(key)).Append(':');
                    first = false;
                    WriteValue(text, value, value is JsonArray ? indent : indent + 2);
                }

                break;
            case JsonArray { Count: > 0 } array:
                foreach (var item in array)
                {
                    text.Append(' ', indent).Append("- ");
                    if (item is JsonObject { Count: > 0 })
                    {
                        WriteNode(text, item, indent + 2, inline: true);
                    }
                    else
                    {
                        text.Append(Scalar(item)).Append('\n');
                    }
                }

                break;
            default:
                text.Append(Scalar(node)).Append('\n');
                break;
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            WriteNode(text, value, indent, inline: false);
        }
        else
        {
            text.Append(' ').Append(Scalar(value)).Append('\n');
        }
    }

    private static string Key(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or '-') && !char.IsAsciiDigit(key[0]) && key[0] != '-'
        ? key
        : JsonSerializer.Serialize(key);

    private static string Scalar(JsonNode? node) => node?.ToJsonString() ?? "null";
}
