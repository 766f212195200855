namespace BackupServer.DevCluster.Storage;

/// <summary>What a list asks the store for.</summary>
internal sealed record ListRequest
{
    /// <summary>Only this namespace, or null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only this name (with a namespace, or for cluster-scoped resources), or null.</summary>
    public string? Name { get; init; }

    /// <summary>The revision to show; 0 is the newest.</summary>
    public long Revision { get; init; }

    /// <summary>Objects per page; 0 is all.</summary>
    public int Limit { get; init; }

    /// <summary>The first key to consider (<c>namespace</c>, <c>name</c>), or null for the start.</summary>
    public (string Namespace, string Name)? Start { get; init; }

    /// <summary>Filter, or null. It runs outside the store's lock.</summary>
    public Predicate<StoredObject>? Matches { get; init; }
}
