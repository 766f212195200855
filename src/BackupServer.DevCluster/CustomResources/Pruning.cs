using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Drops what a schema does not declare, and says what it dropped.</summary>
internal static class Pruning
{
    /// <summary>Prunes a custom object in place (metadata is read as every object's is).</summary>
    /// <returns>Paths of unknown fields, in the order of the object.</returns>
    /// <exception cref="DecodingException">metadata has the wrong types.</exception>
    public static IReadOnlyList<string> Prune(JsonObject value, StructuralSchema schema)
    {
        var dropped = new List<string>();
        Object(value, schema, "", isResource: true, dropped);
        return dropped;
    }

    private static void Object(JsonObject value, StructuralSchema schema, string path, bool isResource, List<string> dropped)
    {
        foreach (var (name, child) in value.ToList())
        {
            if (isResource && name is "apiVersion" or "kind")
            {
                continue;
            }

            if (isResource && name == "metadata")
            {
                value[name] = Metadata(child, path, dropped);
                continue;
            }

            if (schema.Child(name) is { } declared)
            {
                Visit(child, declared, path + name, dropped);
            }
            else if (!schema.PreservesUnknownFields && !schema.AllowsAdditionalProperties)
            {
                value.Remove(name);
                dropped.Add(path + name);
            }
        }
    }

    private static JsonNode? Metadata(JsonNode? metadata, string path, List<string> dropped)
    {
        if (metadata is not JsonObject members)
        {
            return metadata?.DeepClone();
        }

        var body = new JsonObject { ["metadata"] = members.DeepClone() };
        var holder = new SchemaNode(SchemaShape.Object, () =>
            [new SchemaField("metadata", SchemaCatalog.Instance.ObjectMeta, "v1.ObjectMeta", OmitEmpty: true, OmitZero: false)]);
        var decoded = TypedDecoder.Decode(body, holder);
        dropped.AddRange(decoded.UnknownFields.Select(field => path + field));
        return decoded.Value["metadata"]?.DeepClone() ?? new JsonObject();
    }

    private static void Visit(JsonNode? value, StructuralSchema schema, string path, List<string> dropped)
    {
        switch (value)
        {
            case JsonObject members:
                Object(members, schema, path + ".", schema.IsEmbeddedResource, dropped);
                break;
            case JsonArray items when schema.Items is not null:
                for (var i = 0; i < items.Count; i++)
                {
                    Visit(items[i], schema.Items, $"{path}[{i}]", dropped);
                }

                break;
            default:
                break;
        }
    }
}
