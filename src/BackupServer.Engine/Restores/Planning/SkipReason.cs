namespace BackupServer.Engine.Restores.Planning;

/// <summary>Why an object of the backup is not restored.</summary>
public enum SkipReason
{
    /// <summary>Its kind is not selected.</summary>
    ExcludedKind,

    /// <summary>Its namespace is not selected.</summary>
    ExcludedNamespace,

    /// <summary>Cluster-scoped objects are not selected, and nothing selected refers to it.</summary>
    ClusterScopeExcluded,

    /// <summary>Its labels do not match.</summary>
    SelectorMismatch,

    /// <summary>Its kind describes the old cluster, or the backup system itself.</summary>
    NeverRestored,

    /// <summary>It has done its work.</summary>
    Completed,

    /// <summary>Its node's kubelet makes it from a file.</summary>
    MirrorPod,

    /// <summary>A controller of the cluster makes it anew.</summary>
    ManagedByCluster,

    /// <summary>Its claim gets a new volume instead.</summary>
    DynamicProvisioning,
}
