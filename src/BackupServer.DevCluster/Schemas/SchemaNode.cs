namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// One place of a built-in type as the API server's Go types have it: beyond <see cref="TypeSchema"/> (OpenAPI, for merging) it knows what
/// decoding and encoding do with zeros, nulls, times and quantities.
/// </summary>
internal sealed class SchemaNode(SchemaShape shape, Func<IReadOnlyList<SchemaField>>? fields = null)
{
    private static readonly Dictionary<string, SchemaField> NoFields = [];
    private readonly Lazy<IReadOnlyList<SchemaField>>? _fields = fields is null ? null : new(fields);
    private Dictionary<string, SchemaField>? _byName;

    /// <summary>Free JSON.</summary>
    public static readonly SchemaNode Anything = new(SchemaShape.Any);

    /// <summary>What JSON stands here.</summary>
    public SchemaShape Shape { get; } = shape;

    /// <summary>The OpenAPI name of the type, e.g. io.k8s.api.core.v1.Container; null for unnamed places.</summary>
    public string? TypeName { get; init; }

    /// <summary>A list's elements.</summary>
    public SchemaNode? Items { get; init; }

    /// <summary>A map's values.</summary>
    public SchemaNode? Values { get; init; }

    /// <summary>OpenAPI format of a scalar.</summary>
    public string? Format { get; init; }

    /// <summary>Declared fields in the order of the encoder; resolved on first use because types refer to themselves.</summary>
    public IReadOnlyList<SchemaField> Fields => _fields?.Value ?? [];

    public SchemaField? Field(string name) => ByName.GetValueOrDefault(name);

    private Dictionary<string, SchemaField> ByName =>
        _fields is null ? NoFields : _byName ??= Fields.ToDictionary(member => member.Name);
}
