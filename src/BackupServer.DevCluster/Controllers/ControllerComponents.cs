using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Controllers.ApiServices;
using BackupServer.DevCluster.Controllers.Garbage;
using BackupServer.DevCluster.Controllers.Namespaces;
using BackupServer.DevCluster.Controllers.Policy;
using BackupServer.DevCluster.Controllers.Roles;
using BackupServer.DevCluster.Controllers.Scheduling;
using BackupServer.DevCluster.Controllers.Services;
using BackupServer.DevCluster.Controllers.Tokens;
using BackupServer.DevCluster.Controllers.Volumes;
using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Controllers;

/// <summary>Registers control loops and admission plugins with the host.</summary>
internal static class ControllerComponents
{
    /// <summary>Called once, after the schemas registered. Answers what the nodes share with the controllers.</summary>
    public static ControllerContext Register(DevClusterHost host)
    {
        host.Admission.Add(new ResizeAdmission());
        var logger = host.Logging.CreateLogger("BackupServer.DevCluster.Controllers");
        var feed = new ChangeFeed(host.Store, host.Catalog, logger);
        var tokens = new ServiceAccountTokens(
            host.Options.Data is { } data ? Path.Combine(data, "pki") : null,
            new ObjectClient(host.Resources, WriteOptions.Controller("tokens-controller")), host.Time);
        host.Authenticator.Add(tokens.Read);
        host.TokenKeys = tokens.KeySet;
        host.Subresources.Add("serviceaccounts/token", new TokenRequestHandler(tokens));
        host.Subresources.Add("pods/binding", new PodBindingHandler());
        host.Subresources.Add("pods/eviction", new PodEvictionHandler());

        var paths = new LocalPaths(host.Options.Data ?? Path.Combine(Path.GetTempPath(), $"devcluster-{Guid.NewGuid():n}"));
        var context = new ControllerContext(
            host.Catalog, name => new ObjectClient(host.Resources, WriteOptions.Controller(name)), feed, tokens,
            host.Certificates.AuthorityPem, paths, logger, host.Time);
        host.Controllers.Add(feed);
        host.Controllers.AddRange(
        [
            new NamespaceContentController(context),
            new NamespaceLifecycleController(context),
            new GarbageCollector(context),
            new ReplicaController(context, ReplicaController.ReplicaSets),
            new ReplicaController(context, ReplicaController.ReplicationControllers),
            new DeploymentController(context),
            new StatefulSetController(context),
            new DaemonSetController(context),
            new JobController(context),
            new CronJobController(context),
            new EndpointsController(context),
            new DisruptionBudgetController(context),
            new PodAutoscalerController(context),
            new QuotaController(context, host.Resources),
            new TokenSecretController(context),
            new StorageClassController(context),
            new PersistentVolumeController(context),
            new VolumeProtectionController(context),
            new EphemeralClaimController(context),
            new Scheduler(context),
            new RoleAggregationController(context),
            new ApiServiceController(context, host.Catalog),
        ]);
        return context;
    }
}
