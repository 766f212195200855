using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>
/// The schema of a custom resource's version, read from openAPIV3Schema. Reading never fails; StructuralCheck says what
/// is wrong with it.
/// </summary>
internal sealed class StructuralSchema
{
    private readonly Dictionary<string, StructuralSchema> _properties = [];

    private StructuralSchema(JsonObject raw)
    {
        Raw = raw;
        Type = Json.Text(raw, "type") ?? "";
        Format = Json.Text(raw, "format");
        foreach (var (name, property) in raw["properties"] as JsonObject ?? [])
        {
            _properties[name] = new StructuralSchema(property as JsonObject ?? []);
        }

        Items = raw["items"] is JsonObject items ? new StructuralSchema(items) : null;
        AdditionalProperties = raw["additionalProperties"] is JsonObject values ? new StructuralSchema(values) : null;
        AllowsAdditionalProperties = AdditionalProperties is not null || Json.IsTrue(raw, "additionalProperties");
        AllOf = Junctor("allOf");
        AnyOf = Junctor("anyOf");
        OneOf = Junctor("oneOf");
        Not = raw["not"] is JsonObject not ? new StructuralSchema(not) : null;
        Rules = [.. Json.Items(raw["x-kubernetes-validations"]).Select(ValidationRule.From)];
        Required = [.. Json.Texts(raw["required"])];
        ListKeys = [.. Json.Texts(raw["x-kubernetes-list-map-keys"])];
    }

    /// <summary>The schema as it was written.</summary>
    public JsonObject Raw { get; }

    public string Type { get; }

    public string? Format { get; }

    public IReadOnlyDictionary<string, StructuralSchema> Properties => _properties;

    public StructuralSchema? Items { get; }

    public StructuralSchema? AdditionalProperties { get; }

    /// <summary>Unknown keys are kept: additionalProperties is a schema or true.</summary>
    public bool AllowsAdditionalProperties { get; }

    public IReadOnlyList<StructuralSchema> AllOf { get; }

    public IReadOnlyList<StructuralSchema> AnyOf { get; }

    public IReadOnlyList<StructuralSchema> OneOf { get; }

    public StructuralSchema? Not { get; }

    public IReadOnlyList<ValidationRule> Rules { get; }

    public IReadOnlyList<string> Required { get; }

    public IReadOnlyList<string> ListKeys { get; }

    public string ListType => Json.Text(Raw, "x-kubernetes-list-type") ?? "atomic";

    public string MapType => Json.Text(Raw, "x-kubernetes-map-type") ?? "granular";

    public bool PreservesUnknownFields => Json.IsTrue(Raw, "x-kubernetes-preserve-unknown-fields");

    public bool IsIntOrString => Json.IsTrue(Raw, "x-kubernetes-int-or-string");

    public bool IsEmbeddedResource => Json.IsTrue(Raw, "x-kubernetes-embedded-resource");

    public bool IsNullable => Json.IsTrue(Raw, "nullable");

    public JsonNode? Default => Raw["default"];

    /// <summary>An object whose fields are named by the schema (rules see escaped names).</summary>
    public bool IsDeclaredObject => Type == "object" && _properties.Count > 0;

    public static StructuralSchema Parse(JsonObject openApiSchema) => new(openApiSchema);

    /// <summary>The schema of a field or of a map's values; null where nothing is declared.</summary>
    public StructuralSchema? Child(string name) => _properties.GetValueOrDefault(name) ?? AdditionalProperties;

    private List<StructuralSchema> Junctor(string name) => [.. Json.Items(Raw[name]).Select(schema => new StructuralSchema(schema))];

    /// <summary>A number of the schema, or null.</summary>
    public double? Number(string name) => Json.Number(Raw[name]);
}
