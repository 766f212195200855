using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>DaemonSets: one Pod on every node that fits, replaced one at a time when the template changes.</summary>
internal sealed class DaemonSetController(ControllerContext context) : Reconciler(context, "daemonset-controller")
{
    private const string Resource = "daemonsets.apps";

    protected override IReadOnlyCollection<string>? Watched { get; } = [Resource, "pods", "nodes"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == Resource) return [change.Key];
        if (change.Resource == "nodes") return Client.List(Resource).Select(set => new ObjectKey(set.Namespace(), set.Name()));
        if (OwnerReference.ControllerOf(change.Object) is { } controller)
        {
            return controller.Kind == "DaemonSet" ? [new ObjectKey(change.Namespace, controller.Name)] : [];
        }

        var labels = change.Object.Labels();
        return change.Deleted || labels.Count == 0
            ? []
            : Client.List(Resource, change.Namespace).Where(set => LabelSelection.Matches(set.At("spec", "selector"), labels))
                .Select(set => new ObjectKey(change.Namespace, set.Name()));
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Resource, key.Namespace, key.Name) is not { } set) return null;
        var pods = await Adoption.ClaimAsync(
            Client, set, "pods", pod => LabelSelection.Matches(set.At("spec", "selector"), pod.Labels()), cancellationToken);
        if (set.IsDeleting()) return null;

        var revisions = new Revisions(Client);
        var revision = (await revisions.CurrentAsync(set, cancellationToken)).Name();
        var hash = revision[(set.Name().Length + 1)..];
        var covered = Client.List("nodes").Where(node => DaemonPods.Covers(set, node)).Select(node => node.Name()).ToHashSet(StringComparer.Ordinal);
        await PlaceAsync(set, pods, covered, hash, cancellationToken);
        await RollAsync(set, pods, covered, hash, cancellationToken);
        await revisions.TrimAsync(set, new HashSet<string>(StringComparer.Ordinal) { revision }, cancellationToken);
        return await WriteStatusAsync(set, covered, hash, cancellationToken);
    }

    private async Task PlaceAsync(JsonObject set, List<JsonObject> pods, HashSet<string> covered, string hash, CancellationToken cancellationToken)
    {
        foreach (var node in covered)
        {
            var here = pods.Where(pod => DaemonPods.NodeOf(pod) == node).ToList();
            foreach (var failed in here.Where(pod => PodStates.IsFinished(pod) && !pod.IsDeleting()))
            {
                await Client.DeleteAsync("pods", set.Namespace(), failed.Name(), new DeleteWish(failed.Uid()), cancellationToken);
            }

            if (here.Exists(pod => !PodStates.IsFinished(pod))) continue;
            var made = await Client.CreateAsync("pods", set.Namespace(), DaemonPods.Pod(set, node, hash), cancellationToken);
            await Events.NormalAsync(set, "SuccessfulCreate", $"Created pod: {made.Name()}", cancellationToken);
        }

        foreach (var stray in pods.Where(pod => !pod.IsDeleting() && !covered.Contains(DaemonPods.NodeOf(pod) ?? string.Empty)))
        {
            await Client.DeleteAsync("pods", set.Namespace(), stray.Name(), new DeleteWish(stray.Uid()), cancellationToken);
        }
    }

    private async Task RollAsync(JsonObject set, List<JsonObject> pods, HashSet<string> covered, string hash, CancellationToken cancellationToken)
    {
        if (set.Text("spec", "updateStrategy", "type") == "OnDelete") return;
        var allowed = Math.Max(1, RolloutPlan.Resolve(set.At("spec", "updateStrategy", "rollingUpdate", "maxUnavailable")?.ToString(), covered.Count, up: true));
        var unavailable = covered.Count - pods.Count(pod => PodStates.IsReady(pod) && !pod.IsDeleting());
        var old = pods.Where(pod => !pod.IsDeleting() && pod.Labels().TryGetValue(Revisions.HashLabel, out var made) && made != hash)
            .OrderBy(PodStates.IsReady).ToList();
        foreach (var pod in old)
        {
            if (PodStates.IsReady(pod) && unavailable >= allowed) return;
            if (PodStates.IsReady(pod)) unavailable++;
            await Client.DeleteAsync("pods", set.Namespace(), pod.Name(), new DeleteWish(pod.Uid()), cancellationToken);
        }
    }

    private async Task<TimeSpan?> WriteStatusAsync(JsonObject worked, HashSet<string> covered, string hash, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var minReady = worked.Number("spec", "minReadySeconds") ?? 0;
        TimeSpan? again = null;
        var pods = Client.List("pods", worked.Namespace()).Where(pod => OwnerReference.IsControlledBy(pod, worked) && PodStates.IsActive(pod)).ToList();
        var placed = pods.Where(pod => covered.Contains(DaemonPods.NodeOf(pod) ?? string.Empty)).ToList();
        var available = placed.Count(pod =>
        {
            var there = PodStates.IsAvailable(pod, minReady, now, out var wait);
            if (!there && wait > TimeSpan.Zero) again = wait;
            return there;
        });
        await Client.ChangeAsync(Resource, worked.Namespace(), worked.Name(), "status", latest =>
        {
            var status = latest.Ensure("status");
            status["currentNumberScheduled"] = placed.Count;
            status["numberMisscheduled"] = pods.Count - placed.Count;
            status["desiredNumberScheduled"] = covered.Count;
            status["numberReady"] = placed.Count(PodStates.IsReady);
            status["observedGeneration"] = worked.Generation();
            ReplicaController.SetCount(status, "updatedNumberScheduled", placed.Count(pod => pod.Labels().GetValueOrDefault(Revisions.HashLabel) == hash));
            ReplicaController.SetCount(status, "numberAvailable", available);
            ReplicaController.SetCount(status, "numberUnavailable", covered.Count - available);
        }, cancellationToken);
        return again;
    }
}
