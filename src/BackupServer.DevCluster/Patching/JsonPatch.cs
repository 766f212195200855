using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Patching;

/// <summary>RFC 6902, with two habits of the API server: <c>replace</c> of a missing map key adds it, and every failure has one text.</summary>
internal static class JsonPatch
{
    /// <summary>Applies operations to a tree in place and returns the result.</summary>
    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        JsonNode? root = target;
        foreach (var operation in operations)
        {
            var op = operation as JsonObject ?? throw Rejected();
            root = (string?)op["op"] switch
            {
                "add" => Add(root, Pointer(op, "path"), op["value"]?.DeepClone()),
                "replace" => Replace(root, Pointer(op, "path"), op["value"]?.DeepClone()),
                "remove" => Remove(root, Pointer(op, "path"), out _),
                "copy" => Add(root, Pointer(op, "path"), Get(root, Pointer(op, "from"))?.DeepClone()),
                "move" => Add(Remove(root, Pointer(op, "from"), out var moved), Pointer(op, "path"), moved),
                "test" => Test(root, op),
                _ => throw Rejected(),
            };
        }

        return root as JsonObject ?? throw Rejected();
    }

    private static ApiStatusException Rejected() => new(422, "Invalid", "the server rejected our request due to an error in our request", []);

    private static JsonNode? Test(JsonNode? root, JsonObject op)
    {
        var found = Get(root, Pointer(op, "path"));
        return JsonNode.DeepEquals(found, op["value"]) ? root : throw Rejected();
    }

    private static JsonNode? Get(JsonNode? root, string[] path)
    {
        var node = root;
        foreach (var part in path)
        {
            node = node switch
            {
                JsonObject obj when obj.TryGetPropertyValue(part, out var value) => value,
                JsonArray array when Index(part, array.Count) is { } index && index < array.Count => array[index],
                _ => throw Rejected(),
            };
        }

        return node;
    }

    private static JsonNode? Add(JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        switch (Get(root, path[..^1]))
        {
            case JsonObject obj:
                obj[path[^1]] = value;
                return root;
            case JsonArray array when path[^1] == "-":
                array.Add(value);
                return root;
            case JsonArray array when Index(path[^1], array.Count) is { } index:
                array.Insert(index, value);
                return root;
            default:
                throw Rejected();
        }
    }

    private static JsonNode? Replace(JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length > 0 && Get(root, path[..^1]) is JsonArray array)
        {
            array[Index(path[^1], array.Count - 1) ?? throw Rejected()] = value;
            return root;
        }

        return Add(root, path, value);
    }

    private static JsonNode? Remove(JsonNode? root, string[] path, out JsonNode? removed)
    {
        removed = Get(root, path);
        switch (path.Length == 0 ? null : Get(root, path[..^1]))
        {
            case JsonObject obj:
                obj.Remove(path[^1]);
                return root;
            case JsonArray array:
                array.RemoveAt(Index(path[^1], array.Count - 1) ?? throw Rejected());
                return root;
            default:
                throw Rejected();
        }
    }

    private static int? Index(string part, int most) =>
        int.TryParse(part, System.Globalization.NumberStyles.None, null, out var index) && index <= most ? index : null;

    private static string[] Pointer(JsonObject op, string field)
    {
        var text = op[field] is JsonValue value && value.TryGetValue<string>(out var pointer) ? pointer : throw Rejected();
        if (text.Length == 0)
        {
            return [];
        }

        return text[0] == '/' ? [.. text[1..].Split('/').Select(p => p.Replace("~1", "/").Replace("~0", "~"))] : throw Rejected();
    }
}
