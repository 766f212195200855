using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Sets without doubles, map lists with each key once.</summary>
internal static class ListTypeValidation
{
    public static IEnumerable<FieldError> Validate(JsonNode? value, StructuralSchema schema, string path) => value switch
    {
        JsonObject members => members.SelectMany(member =>
            schema.Child(member.Key) is { } declared ? Validate(member.Value, declared, SchemaValidation.Join(path, member.Key)) : []),
        JsonArray items => Doubles(items, schema, path).Concat(schema.Items is null
            ? []
            : items.SelectMany((item, at) => Validate(item, schema.Items, $"{path}[{at}]"))),
        _ => [],
    };

    private static IEnumerable<FieldError> Doubles(JsonArray items, StructuralSchema schema, string path)
    {
        if (schema.ListType == "atomic")
        {
            yield break;
        }

        var seen = new HashSet<string>();
        for (var i = 0; i < items.Count; i++)
        {
            var key = schema.ListType == "set" ? items[i]?.DeepClone() : Key(items[i], schema);
            if (!seen.Add(key?.ToJsonString() ?? "null"))
            {
                yield return FieldError.Duplicate($"{path}[{i}]", key);
            }
        }
    }

    private static JsonObject Key(JsonNode? item, StructuralSchema schema)
    {
        var key = new JsonObject();
        foreach (var name in schema.ListKeys)
        {
            if ((item as JsonObject)?[name] is { } part)
            {
                key[name] = part.DeepClone();
            }
        }

        return key;
    }
}
