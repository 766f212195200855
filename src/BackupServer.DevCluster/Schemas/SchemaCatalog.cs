using System.IO.Compression;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The types of the built-in kinds, read once from the embedded table (see Data/import_schemas.py).</summary>
internal sealed class SchemaCatalog
{
    private const string MetaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private readonly Dictionary<string, SchemaNode> _types = [];
    private readonly Dictionary<(string Group, string Version, string Kind), string> _kinds = [];

    private SchemaCatalog(JsonObject definitions)
    {
        Definitions = definitions;
        foreach (var (name, definition) in definitions)
        {
            _types[name] = Named(name, definition!.AsObject());
            foreach (var kind in definition["x-kubernetes-group-version-kind"] as JsonArray ?? [])
            {
                _kinds[((string)kind!["group"]!, (string)kind["version"]!, (string)kind["kind"]!)] = name;
            }
        }
    }

    /// <summary>The one catalogue of the process.</summary>
    public static SchemaCatalog Instance { get; } = Load();

    /// <summary>
    /// The raw table: type name to OpenAPI schema without descriptions; $ref is the bare type name beside its siblings; x-go holds
    /// [Go type, flags] in the order of the encoder. For publishing OpenAPI. Not to be changed.
    /// </summary>
    public JsonObject Definitions { get; }

    /// <summary>metadata of every object.</summary>
    public SchemaNode ObjectMeta => Type(MetaPrefix + "ObjectMeta");

    /// <exception cref="KeyNotFoundException">The table has no such type.</exception>
    public SchemaNode Type(string name) => _types[name];

    /// <summary>The schema of a built-in kind, or null (custom resources are not here).</summary>
    public SchemaNode? Kind(string group, string version, string kind) =>
        _kinds.TryGetValue((group, version, kind), out var name) ? _types[name] : null;

    /// <summary>All kinds of the table with their type names.</summary>
    public IEnumerable<(string Group, string Version, string Kind, string TypeName)> Kinds =>
        _kinds.Select(pair => (pair.Key.Group, pair.Key.Version, pair.Key.Kind, pair.Value));

    private static SchemaCatalog Load()
    {
        using var resource = typeof(SchemaCatalog).Assembly.GetManifestResourceStream("schemas.json.gz")
            ?? throw new InvalidOperationException("The assembly has no resource schemas.json.gz; build it from the project file.");
        using var unpacked = new GZipStream(resource, CompressionMode.Decompress);
        return new SchemaCatalog(JsonNode.Parse(unpacked)!.AsObject());
    }

    private SchemaNode Named(string name, JsonObject definition)
    {
        var shape = name switch
        {
            "io.k8s.apimachinery.pkg.api.resource.Quantity" => SchemaShape.Quantity,
            "io.k8s.apimachinery.pkg.util.intstr.IntOrString" => SchemaShape.IntOrString,
            MetaPrefix + "Time" => SchemaShape.Time,
            MetaPrefix + "MicroTime" => SchemaShape.MicroTime,
            MetaPrefix + "FieldsV1" or "io.k8s.apimachinery.pkg.runtime.RawExtension" => SchemaShape.Any,
            _ => Shape(definition),
        };
        return new SchemaNode(shape, shape == SchemaShape.Object ? () => Fields(definition) : null)
        {
            TypeName = name,
            MapType = (string?)definition["x-kubernetes-map-type"] ?? "granular",
            Values = definition["additionalProperties"] is JsonObject values ? Place(values) : null,
        };
    }

    private List<SchemaField> Fields(JsonObject definition)
    {
        var required = (definition["required"] as JsonArray ?? []).Select(name => (string)name!).ToHashSet();
        var fields = new List<SchemaField>();
        foreach (var (name, property) in definition["properties"] as JsonObject ?? [])
        {
            var go = property!["x-go"] as JsonArray;
            var flags = go?.Count > 1 ? (string)go[1]! : go is null ? "o" : "";
            fields.Add(new SchemaField(name, Place(property.AsObject()), required.Contains(name),
                (string?)go?[0] ?? "string", flags.Contains('o'), flags.Contains('z')));
        }

        return fields;
    }

    private SchemaNode Place(JsonObject place)
    {
        var strategies = ((string?)place["x-kubernetes-patch-strategy"])?.Split(',') ?? [];
        if ((string?)place["$ref"] is { } reference)
        {
            return _types.TryGetValue(reference, out var type)
                ? type.At((string?)place["x-kubernetes-map-type"], strategies, place["default"])
                : SchemaNode.Anything;
        }

        return new SchemaNode(Shape(place))
        {
            Items = place["items"] is JsonObject items ? Place(items) : null,
            Values = place["additionalProperties"] is JsonObject values ? Place(values) : null,
            ListType = (string?)place["x-kubernetes-list-type"] ?? "atomic",
            ListKeys = [.. (place["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(key => (string)key!)],
            MapType = (string?)place["x-kubernetes-map-type"] ?? "granular",
            PatchStrategies = strategies,
            PatchMergeKey = (string?)place["x-kubernetes-patch-merge-key"],
            Default = place["default"],
            Format = (string?)place["format"],
        };
    }

    private static SchemaShape Shape(JsonObject schema) => ((string?)schema["type"], (string?)schema["format"]) switch
    {
        ("object", _) when schema["properties"] is not null => SchemaShape.Object,
        ("object", _) when schema["additionalProperties"] is JsonObject => SchemaShape.Map,
        ("object", _) => SchemaShape.Object,
        ("array", _) => SchemaShape.Array,
        ("string", "byte") => SchemaShape.Bytes,
        ("string", _) => SchemaShape.String,
        ("integer", _) => SchemaShape.Integer,
        ("number", _) => SchemaShape.Number,
        ("boolean", _) => SchemaShape.Boolean,
        _ => SchemaShape.Any,
    };
}
