using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers.Volumes;
using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Controllers.Scheduling;

/// <summary>
/// Gives Pods without a node one that fits, the one with the fewest Pods first. Claims that wait for a consumer learn the node first; the
/// Pod is bound once they are bound.
/// </summary>
internal sealed class Scheduler(ControllerContext context) : Reconciler(context, "default-scheduler")
{
    private readonly Lock _lock = new();
    private readonly HashSet<ObjectKey> _pending = [];

    private VolumeBinder Binder => field ??= new VolumeBinder(Client, Time);

    protected override IReadOnlyCollection<string>? Watched { get; } = ["pods", "nodes", VolumeNames.Claims, VolumeNames.Volumes];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource != "pods")
        {
            lock (_lock) return [.. _pending];
        }

        var open = !change.Deleted && change.Object.Text("spec", "nodeName") is null or "" && IsOurs(change.Object);
        lock (_lock)
        {
            if (open) _pending.Add(change.Key);
            else _pending.Remove(change.Key);
        }

        return open ? [change.Key] : [];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get("pods", key.Namespace, key.Name) is not { } pod || pod.IsDeleting() || !IsOurs(pod)) return null;
        if (pod.Text("spec", "nodeName") is { Length: > 0 } || pod.Items("spec", "schedulingGates").Any()) return null;

        var claims = new List<JsonObject>();
        foreach (var name in VolumeProtectionController.ClaimsOf(pod))
        {
            if (Client.Get(VolumeNames.Claims, key.Namespace, name) is not { } claim)
            {
                await RefuseAsync(pod, $"persistentvolumeclaim \"{name}\" not found", cancellationToken);
                return null;
            }

            claims.Add(claim);
        }

        var bound = new List<JsonObject>();
        var waiting = new List<JsonObject>();
        foreach (var claim in claims)
        {
            if (IsBound(claim))
            {
                if (Client.Get(VolumeNames.Volumes, null, claim.Text("spec", "volumeName")!) is { } volume) bound.Add(volume);
            }
            else if (WaitsForConsumer(claim))
            {
                waiting.Add(claim);
            }
            else
            {
                await RefuseAsync(pod, "pod has unbound immediate PersistentVolumeClaims", cancellationToken);
                return null;
            }
        }

        var nodes = Client.List("nodes").Where(node => Conditions.IsTrue(node, "Ready")).ToList();
        var selected = waiting.Select(claim => claim.Annotation(VolumeNames.SelectedNode)).FirstOrDefault(node => node is not null);
        var refusals = nodes.ConvertAll(node => (Node: node, Reason: NodeFit.Refusal(pod, node, bound)));
        var fitting = refusals.Where(refusal => refusal.Reason is null && (selected is null || refusal.Node.Name() == selected)).Select(refusal => refusal.Node).ToList();
        if (fitting.Count == 0)
        {
            await RefuseAsync(pod, Explain(nodes.Count, refusals.Select(refusal => refusal.Reason).OfType<string>()), cancellationToken);
            return null;
        }

        var node = Emptiest(fitting);
        if (waiting.Count > 0)
        {
            foreach (var claim in waiting) await PrepareAsync(claim, node, cancellationToken);
            // The claims' changes bring the Pod back here.
            return null;
        }

        await BindAsync(pod, node.Name(), cancellationToken);
        return null;
    }

    private static bool IsOurs(JsonObject pod) => pod.Text("spec", "schedulerName") is null or "" or "default-scheduler";

    private static bool IsBound(JsonObject claim) =>
        claim.Annotation(VolumeNames.BindCompleted) is not null && claim.Text("status", "phase") == "Bound";

    private static string Explain(int nodes, IEnumerable<string> reasons)
    {
        var parts = reasons.GroupBy(reason => reason, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} {group.Key}");
        var text = string.Join(", ", parts);
        return nodes == 0 ? "no nodes available to schedule pods" : $"0/{nodes} nodes are available: {(text.Length > 0 ? text : "the selected node is not ready")}.";
    }

    private JsonObject Emptiest(List<JsonObject> nodes)
    {
        if (nodes.Count == 1) return nodes[0];
        var load = Client.List("pods").Where(pod => !PodStates.IsFinished(pod)).CountBy(pod => pod.Text("spec", "nodeName") ?? string.Empty).ToDictionary(StringComparer.Ordinal);
        return nodes.OrderBy(node => load.GetValueOrDefault(node.Name())).ThenBy(node => node.Name(), StringComparer.Ordinal).First();
    }

    private bool WaitsForConsumer(JsonObject claim)
    {
        var className = VolumeMatch.ClassOf(claim);
        return className.Length > 0 && Client.Get(VolumeNames.Classes, null, className).Text("volumeBindingMode") == "WaitForFirstConsumer";
    }

    /// <summary>An existing volume the node can reach is reserved for the claim; else the provisioner is told the node.</summary>
    private async Task PrepareAsync(JsonObject claim, JsonObject node, CancellationToken cancellationToken)
    {
        if (VolumeMatch.Best(claim, Client.List(VolumeNames.Volumes), node) is { } volume)
        {
            await Binder.BindAsync(volume, claim, cancellationToken);
            return;
        }

        await Client.ChangeAsync(
            VolumeNames.Claims, claim.Namespace(), claim.Name(), "",
            latest => latest.SetAnnotation(VolumeNames.SelectedNode, node.Name()), cancellationToken);
    }

    private async Task BindAsync(JsonObject pod, string node, CancellationToken cancellationToken)
    {
        await Client.ChangeAsync("pods", pod.Namespace(), pod.Name(), "binding", latest => PodBinding.Apply(latest, node, Time.GetUtcNow()), cancellationToken);
        await Events.NormalAsync(pod, "Scheduled", $"Successfully assigned {pod.Namespace()}/{pod.Name()} to {node}", cancellationToken);
    }

    private async Task RefuseAsync(JsonObject pod, string message, CancellationToken cancellationToken)
    {
        var present = Conditions.Find(pod, "PodScheduled");
        if (present.Text("status") == "False" && present.Text("message") == message) return;
        await Client.ChangeAsync("pods", pod.Namespace(), pod.Name(), "status", latest =>
        {
            Conditions.Set(latest, "PodScheduled", "False", "Unschedulable", message, Time.GetUtcNow().Stamp());
            var condition = Conditions.Find(latest, "PodScheduled")!;
            if (!condition.ContainsKey("lastProbeTime")) condition["lastProbeTime"] = null;
            condition["observedGeneration"] = latest.Generation();
        }, cancellationToken);
        await Events.WarningAsync(pod, "FailedScheduling", message, cancellationToken);
    }
}
