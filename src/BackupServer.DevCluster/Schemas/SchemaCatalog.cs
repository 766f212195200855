using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// The built-in types for decoding and encoding: the OpenAPI definitions, with go-fields.tsv (order of fields, Go types, what the encoder
/// leaves out), which OpenAPI does not say.
/// </summary>
internal sealed class SchemaCatalog
{
    private const string MetaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static readonly Lazy<SchemaCatalog> Shared = new(() => new SchemaCatalog(OpenApiSchemas.Shared));
    private readonly OpenApiSchemas _schemas;
    private readonly Dictionary<string, List<GoField>> _goFields = [];
    private readonly Dictionary<string, SchemaNode> _types = [];

    private SchemaCatalog(OpenApiSchemas schemas)
    {
        _schemas = schemas;
        ReadGoFields();
        foreach (var (name, definition) in schemas.Definitions)
        {
            _types[name] = Named(name, definition);
        }
    }

    /// <summary>The one catalogue of the process.</summary>
    public static SchemaCatalog Instance => Shared.Value;

    /// <summary>metadata of every object.</summary>
    public SchemaNode ObjectMeta => Type(MetaPrefix + "ObjectMeta");

    /// <exception cref="KeyNotFoundException">There is no such type.</exception>
    public SchemaNode Type(string name) => _types[name];

    /// <summary>Whether there is such a type.</summary>
    public bool Has(string name) => _types.ContainsKey(name);

    /// <summary>The schema of a built-in kind, or null (custom resources are not here).</summary>
    public SchemaNode? Kind(string group, string version, string kind) => _schemas.NameOf(group, version, kind) is { } name ? Type(name) : null;

    private void ReadGoFields()
    {
        List<GoField>? current = null;
        foreach (var line in DataLines.Of("go-fields.tsv"))
        {
            if (line.StartsWith('#'))
            {
                _goFields[line[1..]] = current = [];
            }
            else
            {
                var parts = line.Split('\t');
                current!.Add(new GoField(parts[0], parts[1], parts.Length > 2 ? parts[2] : ""));
            }
        }
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
        return new SchemaNode(shape, shape == SchemaShape.Object ? () => Fields(name, definition) : null)
        {
            TypeName = name,
            Values = definition["additionalProperties"] is JsonObject values ? Place(values) : null,
        };
    }

    private List<SchemaField> Fields(string typeName, JsonObject definition)
    {
        var properties = definition["properties"] as JsonObject ?? [];
        var facts = _goFields.GetValueOrDefault(typeName, []);
        var known = facts.Select(fact => fact.Name).ToHashSet();
        var others = properties.Where(property => !known.Contains(property.Key)).Select(property => new GoField(property.Key, "string", "o"));
        return
        [
            .. facts.Where(fact => properties.ContainsKey(fact.Name)).Concat(others).Select(fact => new SchemaField(
                fact.Name, Place(properties[fact.Name]!.AsObject()), fact.GoType, fact.Flags.Contains('o'), fact.Flags.Contains('z'))),
        ];
    }

    private SchemaNode Place(JsonObject place)
    {
        if (OpenApiReader.Reference(place) is { } reference)
        {
            return _types.TryGetValue(reference, out var type) ? type : SchemaNode.Anything;
        }

        return new SchemaNode(Shape(place))
        {
            Items = place["items"] is JsonObject items ? Place(items) : null,
            Values = place["additionalProperties"] is JsonObject values ? Place(values) : null,
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

    private sealed record GoField(string Name, string GoType, string Flags);
}
