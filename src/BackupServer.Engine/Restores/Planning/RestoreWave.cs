namespace BackupServer.Engine.Restores.Planning;

/// <summary>Waves of a restore, in order. A wave begins when the one before has ended; its objects are restored in parallel.</summary>
public enum RestoreWave
{
    /// <summary>CustomResourceDefinitions; the wave ends when they are served.</summary>
    Definitions,

    /// <summary>Namespaces.</summary>
    Namespaces,

    /// <summary>What others choose from by name: StorageClasses, PriorityClasses, RuntimeClasses, IngressClasses.</summary>
    Classes,

    /// <summary>PersistentVolumes that are restored as they were.</summary>
    Volumes,

    /// <summary>Claims.</summary>
    Claims,

    /// <summary>ServiceAccounts, Roles, ClusterRoles.</summary>
    Accounts,

    /// <summary>RoleBindings, ClusterRoleBindings: after the roles, because a binding's role cannot be changed.</summary>
    Bindings,

    /// <summary>Secrets, ConfigMaps, LimitRanges, ResourceQuotas.</summary>
    Configuration,

    /// <summary>Services and Endpoints, so that pods get their addresses and names.</summary>
    Services,

    /// <summary>No objects: the claims' data is written.</summary>
    VolumeData,

    /// <summary>Pods without a controller.</summary>
    Pods,

    /// <summary>Controllers of pods.</summary>
    Workloads,

    /// <summary>Custom resources, after the operators that may serve their webhooks were started.</summary>
    CustomResources,

    /// <summary>Everything else: PodDisruptionBudgets, HorizontalPodAutoscalers, Ingresses, NetworkPolicies.</summary>
    Others,

    /// <summary>Webhooks, admission policies and API services: last, because they call what the waves before restored.</summary>
    Admission,
}
