namespace BackupServer.Kubernetes.Lists;

/// <summary>What to list. All null lists everything as it is now.</summary>
public sealed record ListOptions
{
    /// <summary>Namespace; null for all namespaces or for cluster-scoped resources.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector as kubectl writes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector, for example <c>metadata.name=a</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects in one page; 0 asks for everything in one answer. Default 500.</summary>
    public int Limit { get; init; } = 500;

    /// <summary>Null for the newest state; <c>0</c> for whatever the server has at hand; else a state not older than this one.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>
    /// What to do when the state that the list shows is lost between two pages (410). False, the default: go on with the present state, so
    /// that every object that existed all the time is delivered exactly once (<see cref="ObjectList.IsConsistent"/> becomes
    /// false). True: throw <see cref="Errors.ResourceExpiredException"/>, for readers that need one moment in time.
    /// </summary>
    public bool RequireConsistent { get; init; }
}
