using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Objects inside objects must say what they are.</summary>
internal static class EmbeddedResourceValidation
{
    public static IEnumerable<FieldError> Validate(JsonNode? value, StructuralSchema schema, string path)
    {
        if (value is JsonObject resource && schema.IsEmbeddedResource)
        {
            foreach (var name in new[] { "apiVersion", "kind" })
            {
                if (string.IsNullOrEmpty(Json.Text(resource, name)))
                {
                    yield return FieldError.Required(SchemaValidation.Join(path, name));
                }
            }
        }

        var children = value switch
        {
            JsonObject members => members.Select(member => (member.Value, Schema: schema.Child(member.Key), Path: SchemaValidation.Join(path, member.Key))),
            JsonArray items => items.Select((item, at) => (Value: item, Schema: schema.Items, Path: $"{path}[{at}]")),
            _ => [],
        };
        foreach (var (child, declared, place) in children)
        {
            foreach (var error in declared is null ? [] : Validate(child, declared, place))
            {
                yield return error;
            }
        }
    }
}
