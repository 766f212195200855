using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// One place in a type: what may stand there and how it is merged. Built-in kinds and custom resources share this form, so that
/// patches, server-side apply and field checks need to know only one.
/// </summary>
internal sealed class SchemaNode
{
    private static readonly Dictionary<string, SchemaField> NoFields = [];
    private Dictionary<string, SchemaField>? _byName;
    private readonly Lazy<IReadOnlyList<SchemaField>>? _fields;

    /// <summary>Free JSON.</summary>
    public static readonly SchemaNode Anything = new(SchemaShape.Any);

    /// <param name="shape">What JSON stands here.</param>
    /// <param name="fields">Declared fields, resolved on first use because types refer to themselves.</param>
    public SchemaNode(SchemaShape shape, Func<IReadOnlyList<SchemaField>>? fields = null)
    {
        Shape = shape;
        _fields = fields is null ? null : new Lazy<IReadOnlyList<SchemaField>>(fields);
    }

    private SchemaNode(SchemaNode origin)
    {
        Shape = origin.Shape;
        _fields = origin._fields;
        TypeName = origin.TypeName;
        MapType = origin.MapType;
        Items = origin.Items;
        Values = origin.Values;
        Format = origin.Format;
    }

    public SchemaShape Shape { get; }

    /// <summary>The OpenAPI name of the type, e.g. io.k8s.api.core.v1.Container; null for unnamed places.</summary>
    public string? TypeName { get; init; }

    /// <summary>Schema of a list's elements.</summary>
    public SchemaNode? Items { get; init; }

    /// <summary>Schema of a map's values.</summary>
    public SchemaNode? Values { get; init; }

    /// <summary>atomic, set or map. Lists without it are atomic for apply.</summary>
    public string ListType { get; init; } = "atomic";

    /// <summary>The fields that tell elements of a map list apart, with the defaults that absent keys take.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>atomic or granular (default).</summary>
    public string MapType { get; init; } = "granular";

    /// <summary>Strategic merge: merge, replace, retainKeys.</summary>
    public IReadOnlyList<string> PatchStrategies { get; init; } = [];

    /// <summary>Strategic merge: the key of list elements.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>The schema's default (never to be changed in place).</summary>
    public JsonNode? Default { get; init; }

    public string? Format { get; init; }

    /// <summary>Unknown fields are kept (custom resources).</summary>
    public bool PreserveUnknownFields { get; init; }

    /// <summary>Declared fields in the order of the encoder.</summary>
    public IReadOnlyList<SchemaField> Fields => _fields?.Value ?? [];

    public SchemaField? Field(string name) => ByName.GetValueOrDefault(name);

    private Dictionary<string, SchemaField> ByName =>
        _fields is null ? NoFields : _byName ??= Fields.ToDictionary(member => member.Name);

    /// <summary>The node below a field name, a map key, or (for lists) an element; null where the schema declares nothing.</summary>
    public SchemaNode? Child(string name) => Shape switch
    {
        SchemaShape.Object => Field(name)?.Node ?? Values ?? (PreserveUnknownFields ? Anything : null),
        SchemaShape.Map => Values,
        SchemaShape.Array => Items,
        SchemaShape.Any => Anything,
        _ => null,
    };

    /// <summary>The same type at a place with merge rules or a default of its own.</summary>
    public SchemaNode At(string? mapType, IReadOnlyList<string> patchStrategies, JsonNode? standard) =>
        mapType is null && patchStrategies.Count == 0 && standard is null
            ? this
            : new SchemaNode(this) { MapType = mapType ?? MapType, PatchStrategies = patchStrategies, Default = standard };
}
