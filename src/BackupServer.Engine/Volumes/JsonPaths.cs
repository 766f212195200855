using System.Text.Json;

namespace BackupServer.Engine.Volumes;

/// <summary>Reading of members that may be absent or of another type than they should: these read as absent.</summary>
internal static class JsonPaths
{
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    public static string Text(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    public static bool Has(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: not JsonValueKind.Null };

    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
