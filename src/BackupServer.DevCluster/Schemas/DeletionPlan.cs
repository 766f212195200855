namespace BackupServer.DevCluster.Schemas;

/// <summary>How one object is going to be deleted; the behaviour may change it.</summary>
internal sealed class DeletionPlan
{
    /// <summary>Seconds asked for, or null.</summary>
    public long? RequestedGraceSeconds { get; init; }

    /// <summary>
    /// Seconds to wait for an agent that confirms with grace 0 (a kubelet). 0 deletes as soon as there are no finalizers.
    /// </summary>
    public long GraceSeconds { get; set; }

    /// <summary>Foreground, Background, Orphan, or null when the request says nothing.</summary>
    public string? RequestedPropagation { get; init; }

    /// <summary>Propagation used when the request says nothing.</summary>
    public string DefaultPropagation { get; set; } = "Background";
}
