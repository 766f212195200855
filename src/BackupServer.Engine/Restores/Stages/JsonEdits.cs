using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Reading and changing of members that may be absent or of another type than they should: these read as absent.</summary>
internal static class JsonEdits
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    public static string Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    public static JsonObject? Object(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static IEnumerable<JsonNode?> Items(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonArray ?? [];

    /// <summary>Removes the last member of the path; absent is fine.</summary>
    public static void Remove(this JsonNode? node, params ReadOnlySpan<string> path) => node.Object(path[..^1])?.Remove(path[^1]);

    /// <summary>Removes a member whose object or list has become empty.</summary>
    public static void RemoveIfEmpty(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        if (node.At(path) is JsonObject { Count: 0 } or JsonArray { Count: 0 })
        {
            node.Remove(path);
        }
    }

    /// <summary>The object at a member, made when it is not there.</summary>
    public static JsonObject Ensure(this JsonObject node, string name)
    {
        if (node[name] is JsonObject there)
        {
            return there;
        }

        var made = new JsonObject();
        node[name] = made;
        return made;
    }

    /// <summary>Removes the elements that a test finds.</summary>
    public static void RemoveWhere(this JsonArray? list, Func<JsonNode?, bool> test)
    {
        for (var i = (list?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (test(list![i]))
            {
                list.RemoveAt(i);
            }
        }
    }
}
