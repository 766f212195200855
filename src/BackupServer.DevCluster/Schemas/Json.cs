using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Reading of JSON trees by path; absent and wrongly typed are null.</summary>
internal static class Json
{
    public static JsonNode? Get(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    public static string? Text(JsonNode? node, params ReadOnlySpan<string> path) =>
        Get(node, path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;

    public static long? Integer(JsonNode? node, params ReadOnlySpan<string> path) =>
        Get(node, path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out var number) ? number : null;

    /// <summary>A number, however its node was made.</summary>
    public static double? Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && double.TryParse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool IsTrue(JsonNode? node, params ReadOnlySpan<string> path) => Get(node, path)?.GetValueKind() == JsonValueKind.True;

    /// <summary>The elements of a list that are objects.</summary>
    public static IEnumerable<JsonObject> Items(JsonNode? list) => (list as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>The elements of a list, whatever they are.</summary>
    public static IEnumerable<JsonNode?> Items(JsonNode? list, bool any) => any ? list as JsonArray ?? [] : Items(list);

    /// <summary>The texts of a list.</summary>
    public static IEnumerable<string> Texts(JsonNode? list) =>
        (list as JsonArray ?? []).Where(item => item?.GetValueKind() == JsonValueKind.String).Select(item => (string)item!);

    /// <summary>The object under a name, made when it is not there.</summary>
    public static JsonObject Object(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            parent[name] = child = [];
        }

        return child;
    }

    /// <summary>The object's list under a name, made when it is not there.</summary>
    public static JsonArray Array(JsonObject parent, string name)
    {
        if (parent[name] is not JsonArray child)
        {
            parent[name] = child = [];
        }

        return child;
    }
}
