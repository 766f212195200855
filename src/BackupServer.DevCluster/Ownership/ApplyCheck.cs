using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Ownership;

/// <summary>Checks that an applied configuration fits the kind's schema: declared fields, right types, no list keys twice.</summary>
internal static class ApplyCheck
{
    /// <summary>Throws the API server's 500 when it does not fit.</summary>
    public static void Check(ResourceDefinition resource, JsonObject config)
    {
        if (resource.Schema is null)
        {
            return;
        }

        var problems = new List<string>();
        CheckValue(config, resource.Schema, "", problems, atRoot: true);
        if (problems.Count > 0)
        {
            var kind = $"{(resource.Group.Length == 0 ? "/" + resource.Version : resource.ApiVersion)}, Kind={resource.Kind}";
            var text = problems.Count == 1 ? problems[0] : "errors:\n" + string.Join('\n', problems.Select(p => "  " + p));
            throw ApiErrors.Unclassified($"failed to create typed patch object ({config.Namespace()}/{config.Name()}; {kind}): {text}");
        }
    }

    private static void CheckValue(JsonNode? value, TypeSchema schema, string path, List<string> problems, bool atRoot = false)
    {
        switch (value)
        {
            case null:
                return;
            case JsonObject obj when schema.Type is SchemaType.Object or SchemaType.Any:
                foreach (var (key, child) in obj)
                {
                    if (atRoot && key is "apiVersion" or "kind" or "metadata" && !schema.Properties.ContainsKey(key))
                    {
                        continue;
                    }

                    if (schema.Field(key) is { } field)
                    {
                        CheckValue(child, field, $"{path}.{key}", problems);
                    }
                    else if (schema is { Type: SchemaType.Object, PreserveUnknownFields: false } && schema.Properties.Count > 0)
                    {
                        problems.Add($"{path}.{key}: field not declared in schema");
                    }
                }

                return;
            case JsonArray array when schema.Type is SchemaType.Array or SchemaType.Any:
                CheckKeys(array, schema, path, problems);
                for (var i = 0; schema.Items is not null && i < array.Count; i++)
                {
                    CheckValue(array[i], schema.Items, $"{path}[{i}]", problems);
                }

                return;
        }

        var expected = schema.Type switch
        {
            SchemaType.Object => "map",
            SchemaType.Array => "list",
            SchemaType.String when value.GetValueKind() != JsonValueKind.String => "string",
            SchemaType.Integer or SchemaType.Number when value.GetValueKind() != JsonValueKind.Number => "numeric (int or float)",
            SchemaType.Boolean when value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False) => "boolean",
            _ => null,
        };
        if (expected is not null)
        {
            problems.Add($"{path}: expected {expected}, got &value.valueUnstructured{{Value:{GoValue(value)}}}");
        }
    }

    private static void CheckKeys(JsonArray array, TypeSchema schema, string path, List<string> problems)
    {
        if (schema.ListType is not ("map" or "set"))
        {
            return;
        }

        var seen = new HashSet<string>();
        foreach (var (element, _, _) in ValueShape.Parts(array, schema))
        {
            if (!seen.Add(element))
            {
                var set = new FieldSet();
                set.Child(element).IsMember = true;
                problems.Add($"{path}: duplicate entries for key {set.Paths().First()}");
            }
        }
    }

    private static string GoValue(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? $"\"{value}\"" : value.ToJsonString();
}
