using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Tests.Support;

/// <summary>The kinds that a cluster of the tests serves.</summary>
internal static class TestKinds
{
    private static readonly string[] AllVerbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

    public static IReadOnlyList<ResourceType> BuiltIn { get; } =
    [
        Kind("v1", "namespaces", "Namespace", false, "ns"),
        Kind("v1", "pods", "Pod", true, "po"),
        Kind("v1", "configmaps", "ConfigMap", true, "cm"),
        Kind("v1", "secrets", "Secret", true),
        Kind("v1", "services", "Service", true, "svc"),
        Kind("v1", "endpoints", "Endpoints", true, "ep"),
        Kind("v1", "events", "Event", true, "ev"),
        Kind("v1", "serviceaccounts", "ServiceAccount", true, "sa"),
        Kind("v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, "pvc"),
        Kind("v1", "persistentvolumes", "PersistentVolume", false, "pv"),
        Kind("v1", "nodes", "Node", false, "no"),
        Kind("apps/v1", "deployments", "Deployment", true, "deploy"),
        Kind("apps/v1", "replicasets", "ReplicaSet", true, "rs"),
        Kind("apps/v1", "statefulsets", "StatefulSet", true, "sts"),
        Kind("batch/v1", "jobs", "Job", true),
        Kind("batch/v1", "cronjobs", "CronJob", true, "cj"),
        Kind("events.k8s.io/v1", "events", "Event", true, "ev"),
        Kind("storage.k8s.io/v1", "storageclasses", "StorageClass", false, "sc"),
        Kind("scheduling.k8s.io/v1", "priorityclasses", "PriorityClass", false, "pc"),
        Kind("rbac.authorization.k8s.io/v1", "roles", "Role", true),
        Kind("rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding", true),
        Kind("rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", false),
        Kind("rbac.authorization.k8s.io/v1", "clusterrolebindings", "ClusterRoleBinding", false),
        Kind("apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition", false, "crd", "crds"),
        Kind("metrics.k8s.io/v1", "pods", "PodMetrics", true) with { Verbs = ["get", "list"] },
    ];

    public static ApiCatalog Catalog { get; } = new(BuiltIn);

    public static ResourceType Kind(string apiVersion, string resource, string kind, bool namespaced, params string[] shortNames)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return new ResourceType
        {
            Resource = new GroupVersionResource(slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..], resource),
            Kind = kind,
            Namespaced = namespaced,
            Verbs = AllVerbs,
            ShortNames = shortNames,
            SingularName = kind.ToLowerInvariant(),
        };
    }
}
