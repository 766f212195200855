namespace BackupServer.Kubernetes.Watch;

/// <summary>What an informer keeps.</summary>
public sealed record InformerOptions
{
    /// <summary>Namespace; null for all namespaces or for cluster-scoped resources.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector as kubectl writes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>First pause after a failure; doubled each time, with jitter. Default 500 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause. Default 30 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);
}
