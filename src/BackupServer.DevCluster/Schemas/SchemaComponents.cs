using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.CustomResources;
using BackupServer.DevCluster.Schemas.Admission;
using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Registers behaviours of built-in kinds, custom resources, admission and printer columns with the host.</summary>
internal static class SchemaComponents
{
    /// <summary>Called once, before controllers and nodes register.</summary>
    public static void Register(DevClusterHost host)
    {
        Add(host, "pods", traits => new PodBehaviour(traits));
        Add(host, "services", traits => new ServiceBehaviour(traits));
        Add(host, "secrets", traits => new SecretBehaviour(traits));
        Add(host, "namespaces", traits => new NamespaceBehaviour(traits));
        Add(host, "persistentvolumes", traits => new VolumeBehaviour(traits, "kubernetes.io/pv-protection"));
        Add(host, "persistentvolumeclaims", traits => new VolumeBehaviour(traits, "kubernetes.io/pvc-protection"));
        Add(host, "batch/jobs", traits => new JobBehaviour(traits));
        Add(host, "apps/daemonsets", traits => new DaemonSetBehaviour(traits));

        Add(host, "apiextensions.k8s.io/customresourcedefinitions", traits => new DefinitionBehaviour(traits));
        host.Behaviours.CustomResources = new CustomResourceBehaviour();
        host.Tables.CustomResources = resource => new CustomResourcePrinter(resource);
        foreach (var (bucket, columns) in ColumnTable.All)
        {
            host.Tables.Add(bucket, columns);
        }

        host.Controllers.Add(new DefinitionController(host.Resources, host.Time));

        // The order is that of the API server: what refuses first decides the answer.
        host.Admission.Add(new NamespaceLifecycle());
        host.Admission.Add(new LimitRanger());
        host.Admission.Add(new PodAdmission());
        host.Admission.Add(new DefaultStorageClass());
        host.Admission.Add(new QuotaAdmission());
    }

    private static void Add(DevClusterHost host, string bucket, Func<KindTraits, KindBehaviour> make) => host.Behaviours.Add(bucket, make(KindTraits.For(bucket)));
}
