namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// The shape of a value as OpenAPI describes it, with the Kubernetes extensions: what strategic merge, server-side apply, pruning of
/// unknown fields, type checks and defaults need. Built-in shapes are shared and read lazily; treat every member as read-only.
/// </summary>
internal class TypeSchema
{
    /// <summary>What JSON value it is.</summary>
    public SchemaType Type { get; init; } = SchemaType.Any;

    /// <summary>Name of the definition (<c>io.k8s.api.core.v1.PodSpec</c>), or null for an inline shape.</summary>
    public string? Name { get; init; }

    /// <summary>Declared fields of an object; empty for maps.</summary>
    public virtual IReadOnlyDictionary<string, TypeSchema> Properties { get; init; } = new Dictionary<string, TypeSchema>();

    /// <summary>Element shape of an array, or null.</summary>
    public virtual TypeSchema? Items { get; init; }

    /// <summary>Value shape of a map (<c>additionalProperties</c>), or null.</summary>
    public virtual TypeSchema? Values { get; init; }

    /// <summary>Names of required fields.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>The default, as JSON text, or null.</summary>
    public string? Default { get; init; }

    /// <summary>OpenAPI format (<c>int32</c>, <c>byte</c>, <c>date-time</c> …), or null.</summary>
    public string? Format { get; init; }

    /// <summary><c>atomic</c>, <c>set</c>, <c>map</c>, or null.</summary>
    public string? ListType { get; init; }

    /// <summary>Keys of a list of type <c>map</c>.</summary>
    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary><c>atomic</c>, <c>granular</c>, or null: of a map or object.</summary>
    public string? MapType { get; init; }

    /// <summary>Merge key of strategic merge patches, or null.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>Strategies of strategic merge patches: <c>merge</c>, <c>retainKeys</c>, <c>replace</c>.</summary>
    public IReadOnlyList<string> PatchStrategies { get; init; } = [];

    /// <summary>Allowed values of a string, or empty.</summary>
    public IReadOnlyList<string> Enum { get; init; } = [];

    /// <summary>Whether undeclared fields are kept.</summary>
    public bool PreserveUnknownFields { get; init; }

    /// <summary>Whether the value is a whole object with apiVersion, kind and metadata.</summary>
    public bool EmbeddedResource { get; init; }

    /// <summary>Whether null is a value.</summary>
    public bool Nullable { get; init; }

    /// <summary>The shape of one field of an object or value of a map; null where nothing is known about it.</summary>
    public TypeSchema? Field(string name) => Properties.TryGetValue(name, out var schema) ? schema : Values;

    /// <summary>Whether the merge of two objects is a question of their fields (else the value is replaced as a whole).</summary>
    public bool IsStructured => Properties.Count > 0 || Values is not null;
}
