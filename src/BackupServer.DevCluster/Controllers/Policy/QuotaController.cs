using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.Controllers.Policy;

/// <summary>Status of ResourceQuotas: the limits and what is used of them.</summary>
internal sealed class QuotaController(ControllerContext context, ResourceService resources) : Reconciler(context, "resourcequota-controller")
{
    private const string Resource = "resourcequotas";

    protected override IReadOnlyCollection<string>? Watched => null;

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == Resource) return change.Deleted ? [] : [change.Key];
        return change.Namespace is { } ns && change.Resource != "events"
            ? Client.List(Resource, ns).Select(quota => new ObjectKey(ns, quota.Name()))
            : [];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Resource, key.Namespace, key.Name) is not { } quota || quota.IsDeleting()) return null;
        await Client.ChangeAsync(Resource, key.Namespace, key.Name, "status", latest =>
        {
            var status = latest.Ensure("status");
            status["hard"] = latest.At("spec", "hard")?.DeepClone() ?? new JsonObject();
            var used = QuotaUsage.Total(resources, latest, latest.Map("spec", "hard").Keys);
            status["used"] = used.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(entry => entry.Key, entry => entry.Value.ToString(), StringComparer.Ordinal).ToJson();
        }, cancellationToken);
        return null;
    }
}
