namespace BackupServer.Abstractions.Objects;

/// <summary><c>metadata</c> of a typed custom resource.</summary>
public sealed record ObjectMeta
{
    /// <summary>Name; unique in the namespace.</summary>
    public string Name { get; set; } = "";

    /// <summary>Prefix from which the server makes a name.</summary>
    public string? GenerateName { get; set; }

    /// <summary>Namespace.</summary>
    public string? Namespace { get; set; }

    /// <summary>Unique id given by the cluster.</summary>
    public string? Uid { get; set; }

    /// <summary>Opaque version for optimistic concurrency.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Counts changes of the specification.</summary>
    public long? Generation { get; set; }

    /// <summary>When the object was created, in seconds, UTC.</summary>
    public DateTimeOffset? CreationTimestamp { get; set; }

    /// <summary>When deletion was asked for.</summary>
    public DateTimeOffset? DeletionTimestamp { get; set; }

    /// <summary>Seconds until forced removal.</summary>
    public long? DeletionGracePeriodSeconds { get; set; }

    /// <summary>Labels.</summary>
    public Dictionary<string, string>? Labels { get; set; }

    /// <summary>Annotations.</summary>
    public Dictionary<string, string>? Annotations { get; set; }

    /// <summary>Names that block removal until their owner takes them away.</summary>
    public List<string>? Finalizers { get; set; }

    /// <summary>Owners.</summary>
    public List<OwnerReference>? OwnerReferences { get; set; }
}
