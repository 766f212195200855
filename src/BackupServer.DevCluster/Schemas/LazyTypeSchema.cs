using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>A <see cref="TypeSchema"/> over OpenAPI JSON whose children are read when first asked for (definitions refer to each other).</summary>
internal sealed class LazyTypeSchema : TypeSchema
{
    private readonly Lazy<IReadOnlyDictionary<string, TypeSchema>> _properties;
    private readonly Lazy<TypeSchema?> _items;
    private readonly Lazy<TypeSchema?> _values;

    /// <summary>A reference: the target's shape with this use's own default, list type and patch facts.</summary>
    public LazyTypeSchema(JsonObject use, string reference, Func<string, TypeSchema> resolve)
        : this(use, reference, resolve(reference), resolve)
    {
    }

    public LazyTypeSchema(JsonObject node, string? name, TypeSchema? target, Func<string, TypeSchema> resolve)
    {
        Name = name;
        Type = target?.Type ?? OpenApiReader.TypeOf(node, name);
        Required = target?.Required ?? Strings(node["required"]);
        Default = node["default"]?.ToJsonString() ?? target?.Default;
        Format = (string?)node["format"] ?? target?.Format;
        ListType = (string?)node["x-kubernetes-list-type"] ?? target?.ListType;
        ListMapKeys = node["x-kubernetes-list-map-keys"] is JsonArray keys ? Strings(keys) : target?.ListMapKeys ?? [];
        MapType = (string?)node["x-kubernetes-map-type"] ?? target?.MapType;
        PatchMergeKey = (string?)node["x-kubernetes-patch-merge-key"] ?? target?.PatchMergeKey;
        PatchStrategies = ((string?)node["x-kubernetes-patch-strategy"])?.Split(',') ?? target?.PatchStrategies ?? [];
        Enum = node["enum"] is JsonArray values ? [.. values.Where(v => v?.GetValueKind() == System.Text.Json.JsonValueKind.String).Select(v => (string)v!)] : target?.Enum ?? [];
        PreserveUnknownFields = (bool?)node["x-kubernetes-preserve-unknown-fields"] ?? target?.PreserveUnknownFields ?? false;
        EmbeddedResource = (bool?)node["x-kubernetes-embedded-resource"] ?? target?.EmbeddedResource ?? false;
        Nullable = (bool?)node["nullable"] ?? target?.Nullable ?? false;
        _properties = new(() => target?.Properties ?? ReadProperties(node, resolve));
        _items = new(() => target is not null ? target.Items : node["items"] is JsonObject items ? OpenApiReader.Read(items, null, resolve) : null);
        _values = new(() => target is not null ? target.Values : ReadValues(node, resolve));
    }

    public override IReadOnlyDictionary<string, TypeSchema> Properties => _properties.Value;

    public override TypeSchema? Items => _items.Value;

    public override TypeSchema? Values => _values.Value;

    private static Dictionary<string, TypeSchema> ReadProperties(JsonObject node, Func<string, TypeSchema> resolve)
    {
        var properties = new Dictionary<string, TypeSchema>();
        if (node["properties"] is JsonObject declared)
        {
            foreach (var (key, value) in declared)
            {
                properties[key] = OpenApiReader.Read(value!.AsObject(), null, resolve);
            }
        }

        return properties;
    }

    private static TypeSchema? ReadValues(JsonObject node, Func<string, TypeSchema> resolve) => node["additionalProperties"] switch
    {
        JsonObject values => OpenApiReader.Read(values, null, resolve),
        JsonValue any when any.GetValueKind() == System.Text.Json.JsonValueKind.True => new TypeSchema(),
        _ => null,
    };

    private static string[] Strings(JsonNode? node) => node is JsonArray array ? [.. array.Select(n => (string)n!)] : [];
}
