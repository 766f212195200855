using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Turns an OpenAPI schema (v3 document or CustomResourceDefinition) into a <see cref="TypeSchema"/>.</summary>
internal static class OpenApiReader
{
    private const string ReferencePrefix = "#/components/schemas/";

    /// <param name="node">The schema.</param>
    /// <param name="name">Name of its definition, or null.</param>
    /// <param name="resolve">Shape of a referenced definition.</param>
    public static TypeSchema Read(JsonObject node, string? name, Func<string, TypeSchema> resolve)
    {
        var reference = Reference(node);
        if (reference is not null && name is null)
        {
            return new LazyTypeSchema(node, reference, resolve);
        }

        return new LazyTypeSchema(node, name, null, resolve);
    }

    /// <summary>The referenced definition's name: either <c>$ref</c> or an <c>allOf</c> of one reference (which carries defaults beside it).</summary>
    public static string? Reference(JsonObject node)
    {
        var reference = (string?)node["$ref"] ?? (node["allOf"] is JsonArray { Count: 1 } all ? (string?)all[0]!["$ref"] : null);
        return reference?.StartsWith(ReferencePrefix, StringComparison.Ordinal) == true ? reference[ReferencePrefix.Length..] : null;
    }

    /// <summary>The JSON type of a schema, from its type, format, extensions and (for a few well-known definitions) its name.</summary>
    public static SchemaType TypeOf(JsonObject node, string? name)
    {
        if (name is "io.k8s.apimachinery.pkg.api.resource.Quantity" or "io.k8s.apimachinery.pkg.api.resource.Quantity_v2")
        {
            return SchemaType.Quantity;
        }

        if ((string?)node["format"] == "int-or-string" || (bool?)node["x-kubernetes-int-or-string"] == true)
        {
            return SchemaType.IntOrString;
        }

        return (string?)node["type"] switch
        {
            "object" => SchemaType.Object,
            "array" => SchemaType.Array,
            "string" => SchemaType.String,
            "integer" => SchemaType.Integer,
            "number" => SchemaType.Number,
            "boolean" => SchemaType.Boolean,
            _ => SchemaType.Any,
        };
    }
}
