using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Ownership;

/// <summary>
/// How a value divides into separately owned parts: maps and structs by field, lists of type <c>map</c> by key and of type <c>set</c> by
/// value; everything else is owned as a whole. (Rules: structured merge; KEP-555.)
/// </summary>
internal static class ValueShape
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether the value has parts of its own.</summary>
    public static bool IsDivisible(JsonNode? value, TypeSchema? schema) => value switch
    {
        JsonObject => schema?.MapType != "atomic",
        JsonArray => schema?.ListType is "map" or "set",
        _ => false,
    };

    /// <summary>The parts with their path elements, in order.</summary>
    public static IEnumerable<(string Element, JsonNode? Value, TypeSchema? Schema)> Parts(JsonNode value, TypeSchema? schema)
    {
        switch (value)
        {
            case JsonObject obj:
                foreach (var (key, child) in obj)
                {
                    yield return ("f:" + key, child, schema?.Field(key));
                }

                break;
            case JsonArray array when schema?.ListType == "set":
                foreach (var item in array)
                {
                    yield return ("v:" + (item?.ToJsonString(Relaxed) ?? "null"), item, schema.Items);
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    yield return (Key(item as JsonObject, schema!), item, schema!.Items);
                }

                break;
        }
    }

    /// <summary>The path element of an item of a list of type map; absent keys have their defaults.</summary>
    public static string Key(JsonObject? item, TypeSchema list)
    {
        var key = new JsonObject();
        foreach (var name in list.ListMapKeys.Order(StringComparer.Ordinal))
        {
            var value = item?[name]?.DeepClone() ?? (list.Items?.Field(name)?.Default is { } text ? JsonNode.Parse(text) : null);
            if (value is not null)
            {
                key[name] = value;
            }
        }

        return "k:" + key.ToJsonString(Relaxed);
    }
}
