namespace BackupServer.Kubernetes.Writes;

/// <summary>What becomes of the objects that an object owns when it is deleted.</summary>
public enum PropagationPolicy
{
    /// <summary>The object goes at once, its dependents afterwards.</summary>
    Background,

    /// <summary>The object goes after its dependents.</summary>
    Foreground,

    /// <summary>The dependents stay, without owner.</summary>
    Orphan,
}
