using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BackupServer.CrdGenerator.Yaml;

/// <summary>
/// Writes JSON as block-style YAML in the order of its members. Texts are quoted as JSON does unless they can be nothing else than a text,
/// which leaves no room for the surprises of <c>yes</c>, <c>1e3</c> or <c>a: b</c>.
/// </summary>
internal static partial class YamlWriter
{
    /// <summary>One document, ending in a line feed.</summary>
    public static string Write(JsonObject document)
    {
        var text = new StringBuilder();
        Members(text, document, 0);
        return text.ToString();
    }

    private static void Members(StringBuilder text, JsonObject value, int indent)
    {
        foreach (var (name, member) in value)
        {
            text.Append(' ', indent).Append(Scalar(name)).Append(':');
            Value(text, member, indent);
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } members:
                text.Append('\n');
                Members(text, members, indent + 2);
                break;
            case JsonArray { Count: > 0 } items:
                text.Append('\n');
                Items(text, items, indent);
                break;
            default:
                text.Append(' ').Append(Inline(value)).Append('\n');
                break;
        }
    }

    private static void Items(StringBuilder text, JsonArray items, int indent)
    {
        foreach (var item in items)
        {
            text.Append(' ', indent).Append('-');
            if (item is JsonObject { Count: > 0 } members)
            {
                // The first member stands on the line of the dash.
                var start = text.Length;
                Members(text, members, indent + 2);
                text.Remove(start, indent + 1);
            }
            else
            {
                Value(text, item, indent + 2);
            }
        }
    }

    private static string Inline(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => Scalar(scalar.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string Scalar(string value) =>
        Plain().IsMatch(value) && !Ambiguous().IsMatch(value) ? value : JsonSerializer.Serialize(value, Quoting);

    private static JsonSerializerOptions Quoting { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex(@"^[A-Za-z./][A-Za-z0-9_./-]*( [A-Za-z0-9(][A-Za-z0-9_./(),;'-]*)*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    [GeneratedRegex("^(true|false|yes|no|on|off|y|n|null|~|[.]inf|[.]nan)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Ambiguous();
}
