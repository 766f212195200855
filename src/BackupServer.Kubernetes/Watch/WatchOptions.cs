namespace BackupServer.Kubernetes.Watch;

/// <summary>What to watch.</summary>
public sealed record WatchOptions
{
    /// <summary>Namespace; null for all namespaces or for cluster-scoped resources.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector as kubectl writes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The state to start after, usually that of a list; null begins with an Added event for every present object.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Ask for bookmarks, which move the resourceVersion on while nothing happens. Default true.</summary>
    public bool Bookmarks { get; init; } = true;

    /// <summary>When the server shall end the watch. Default 8 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(8);
}
