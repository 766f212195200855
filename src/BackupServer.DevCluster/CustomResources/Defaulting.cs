using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Fills in a schema's defaults. A null that is not allowed and has a default becomes the default.</summary>
internal static class Defaulting
{
    /// <summary>Changes the value in place.</summary>
    public static void Apply(JsonNode? value, StructuralSchema schema)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var (name, property) in schema.Properties)
                {
                    if (property.Default is { } standard && members[name] is null && (!members.ContainsKey(name) || !property.IsNullable))
                    {
                        members[name] = standard.DeepClone();
                    }
                }

                foreach (var (name, child) in members)
                {
                    if (schema.Child(name) is { } declared)
                    {
                        Apply(child, declared);
                    }
                }

                break;
            case JsonArray items when schema.Items is not null:
                foreach (var item in items)
                {
                    Apply(item, schema.Items);
                }

                break;
            default:
                break;
        }
    }
}
