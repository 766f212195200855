using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// Ends the deletion of Pods whose node does not exist, a few seconds after it was asked for (a cluster waits 40): nobody else would ever
/// confirm it.
/// </summary>
internal sealed class LostPodCollector(ControllerContext context) : Reconciler(context, "pod-garbage-collector")
{
    private static readonly TimeSpan Quarantine = TimeSpan.FromSeconds(5);

    protected override IReadOnlyCollection<string>? Watched { get; } = ["pods", "nodes"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == "pods") return change.IsDeleting && !change.Deleted ? [change.Key] : [];
        return change.Deleted
            ? Client.List("pods").Where(pod => pod.Text("spec", "nodeName") == change.Name).Select(pod => new ObjectKey(pod.Namespace(), pod.Name()))
            : [];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get("pods", key.Namespace, key.Name) is not { } pod) return null;
        var node = pod.Text("spec", "nodeName");
        if (node is { Length: > 0 } && Client.Get("nodes", null, node) is not null) return null;
        if (!pod.IsDeleting() && node is null or "") return null;
        if (pod.Time("metadata", "deletionTimestamp") is { } end)
        {
            var asked = end.AddSeconds(-(pod.Number("metadata", "deletionGracePeriodSeconds") ?? 0));
            var left = asked + Quarantine - Time.GetUtcNow();
            if (left > TimeSpan.Zero) return left;
        }

        await Client.DeleteAsync("pods", key.Namespace, key.Name, new DeleteWish(pod.Uid(), GraceSeconds: 0), cancellationToken);
        return null;
    }
}
