using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Drops what a schema does not declare, and says what it dropped.</summary>
internal static class Pruning
{
    private static readonly SchemaNode Holder = new(SchemaShape.Object, () =>
        [new SchemaField("metadata", SchemaCatalog.Instance.ObjectMeta, "v1.ObjectMeta", OmitEmpty: true, OmitZero: false)]);

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
                Metadata(child as JsonObject, path, dropped);
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

    /// <summary>Reads metadata as every object's; the node stays the same.</summary>
    private static void Metadata(JsonObject? metadata, string path, List<string> dropped)
    {
        if (metadata is null)
        {
            return;
        }

        var decoded = TypedDecoder.Decode(new JsonObject { ["metadata"] = metadata.DeepClone() }, Holder);
        dropped.AddRange(decoded.UnknownFields.Select(field => path + field));
        BodyDecoding.Replace(metadata, decoded.Value["metadata"] as JsonObject ?? []);
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
