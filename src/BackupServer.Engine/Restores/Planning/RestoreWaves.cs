using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>Which wave a kind belongs to.</summary>
public static class RestoreWaves
{
    private static readonly HashSet<string> Classes =
    [
        "storageclasses.storage.k8s.io", "priorityclasses.scheduling.k8s.io", "runtimeclasses.node.k8s.io", "ingressclasses.networking.k8s.io",
        "csidrivers.storage.k8s.io", "volumesnapshotclasses.snapshot.storage.k8s.io", "deviceclasses.resource.k8s.io",
        "volumeattributesclasses.storage.k8s.io",
    ];

    /// <summary>The wave of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="isCustom">Whether a CustomResourceDefinition defines it.</param>
    public static RestoreWave Of(GroupResource kind, bool isCustom)
    {
        if (kind.Group.Length == 0)
        {
            return kind.Resource switch
            {
                "namespaces" => RestoreWave.Namespaces,
                "persistentvolumes" => RestoreWave.Volumes,
                "persistentvolumeclaims" => RestoreWave.Claims,
                "serviceaccounts" => RestoreWave.Accounts,
                "secrets" or "configmaps" or "limitranges" or "resourcequotas" => RestoreWave.Configuration,
                "services" or "endpoints" => RestoreWave.Services,
                "pods" => RestoreWave.Pods,
                "replicationcontrollers" => RestoreWave.Workloads,
                _ => RestoreWave.Others,
            };
        }

        return kind == WellKnown.Definitions ? RestoreWave.Definitions
            : Classes.Contains(kind.ToString()) ? RestoreWave.Classes
            : isCustom ? RestoreWave.CustomResources
            : kind.Group switch
            {
                "rbac.authorization.k8s.io" => kind.Resource.EndsWith("bindings", StringComparison.Ordinal) ? RestoreWave.Bindings : RestoreWave.Accounts,
                "apps" or "batch" => RestoreWave.Workloads,
                "discovery.k8s.io" => RestoreWave.Services,
                "admissionregistration.k8s.io" or "apiregistration.k8s.io" => RestoreWave.Admission,
                _ => RestoreWave.Others,
            };
    }
}
