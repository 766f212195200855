using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Registry;

/// <summary>
/// One served resource: a built-in kind or one version of a custom resource. Immutable; a changed CRD brings a new instance.
/// </summary>
internal sealed record ResourceDefinition
{
    /// <summary>API group; the empty string for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>Version, such as <c>v1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Plural name in paths, such as <c>pods</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>Singular name, such as <c>pod</c>.</summary>
    public required string Singular { get; init; }

    /// <summary>Kind, such as <c>Pod</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Kind of a list, such as <c>PodList</c>.</summary>
    public required string ListKind { get; init; }

    /// <summary>Whether objects live in namespaces.</summary>
    public required bool Namespaced { get; init; }

    /// <summary>Short names kubectl takes.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Categories, such as <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Verbs of discovery, in its order.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>Subresources by name (<c>status</c>, <c>scale</c>, <c>log</c> …).</summary>
    public IReadOnlyList<SubresourceDefinition> Subresources { get; init; } = [];

    /// <summary>The version objects are stored in. Versions of one group resource share one bucket of the store.</summary>
    public string StorageVersion { get; init; } = "";

    /// <summary>Hash of the stored version, as discovery shows it.</summary>
    public string? StorageVersionHash { get; init; }

    /// <summary>Bucket of the store; two resources that show the same objects (core and events.k8s.io events) share one.</summary>
    public required string Bucket { get; init; }

    /// <summary>Shape of the objects, or null where none is known (then nothing is pruned or checked).</summary>
    public TypeSchema? Schema { get; init; }

    /// <summary>What a CustomResourceDefinition says beyond the common facts; null for built-in kinds.</summary>
    public CustomResourceFacts? Custom { get; init; }

    /// <summary><c>v1</c> or <c>group/version</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>pods</c> or <c>deployments.apps</c>, as error messages name it.</summary>
    public string GroupResource => Group.Length == 0 ? Resource : $"{Resource}.{Group}";

    /// <summary><c>Pod</c> or <c>Deployment.apps</c>, as validation messages name it.</summary>
    public string GroupKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    /// <summary>Whether this is a kind defined by a CustomResourceDefinition.</summary>
    public bool IsCustom => Custom is not null;

    /// <summary>Whether discovery lists the verb.</summary>
    public bool Supports(string verb) => Verbs.Contains(verb);

    /// <summary>The subresource of that name, or null.</summary>
    public SubresourceDefinition? Subresource(string name) => Subresources.FirstOrDefault(s => s.Name == name);

    /// <inheritdoc/>
    public override string ToString() => $"{Resource}.{Version}.{Group}";
}
