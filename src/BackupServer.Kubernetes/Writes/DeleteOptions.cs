namespace BackupServer.Kubernetes.Writes;

/// <summary>How an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only the object with this unique id, not one of the same name made since.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only this version of the object.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>What becomes of dependents; null for the kind's default.</summary>
    public PropagationPolicy? Propagation { get; init; }

    /// <summary>Seconds until forced end; null for the object's own.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Check and answer as usual, but delete nothing.</summary>
    public bool DryRun { get; init; }
}
