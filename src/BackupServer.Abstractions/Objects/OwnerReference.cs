namespace BackupServer.Abstractions.Objects;

/// <summary>An owner of an object, as in <c>metadata.ownerReferences</c>.</summary>
public sealed record OwnerReference
{
    /// <summary>API version of the owner.</summary>
    public string ApiVersion { get; init; } = "";

    /// <summary>Kind of the owner.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Name of the owner; it is in the same namespace or cluster-scoped.</summary>
    public string Name { get; init; } = "";

    /// <summary>Unique id of the owner.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Whether the owner is the managing controller.</summary>
    public bool? Controller { get; init; }

    /// <summary>Whether foreground deletion of the owner waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}
