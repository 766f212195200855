namespace BackupServer.Abstractions.Objects;

/// <summary>What discovery says about one resource of a cluster.</summary>
public sealed record ResourceType
{
    /// <summary>Where the resource is served.</summary>
    public required GroupVersionResource Resource { get; init; }

    /// <summary>Kind of the objects.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether objects live in namespaces.</summary>
    public required bool Namespaced { get; init; }

    /// <summary>Whether this is the version the server prefers for the group.</summary>
    public bool Preferred { get; init; } = true;

    /// <summary>Verbs, for example <c>list</c>.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>Names of subresources, for example <c>status</c>.</summary>
    public IReadOnlyList<string> Subresources { get; init; } = [];

    /// <summary>Short names as kubectl accepts them.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Categories, for example <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Singular name.</summary>
    public string SingularName { get; init; } = "";
}
