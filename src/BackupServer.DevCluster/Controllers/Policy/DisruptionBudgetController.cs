using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Controllers.Policy;

/// <summary>Status of PodDisruptionBudgets: how many matching Pods are healthy and how many may be evicted.</summary>
internal sealed class DisruptionBudgetController(ControllerContext context) : Reconciler(context, "disruption-controller")
{
    private const string Resource = "poddisruptionbudgets.policy";

    protected override IReadOnlyCollection<string>? Watched { get; } = [Resource, "pods"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change) => change.Resource == Resource
        ? [change.Key]
        : Client.List(Resource, change.Namespace).Select(budget => new ObjectKey(change.Namespace, budget.Name()));

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Resource, key.Namespace, key.Name) is not { } budget || budget.IsDeleting()) return null;
        var pods = Client.List("pods", key.Namespace).Where(pod => PodStates.IsActive(pod) && LabelSelection.Matches(budget.At("spec", "selector"), pod.Labels())).ToList();
        var healthy = pods.Count(PodStates.IsReady);
        var expected = budget.At("spec", "maxUnavailable") is null && budget.At("spec", "minAvailable")?.ToString().EndsWith('%') != true ? pods.Count : Expected(pods);
        var desired = Desired(budget, expected);
        await Client.ChangeAsync(Resource, key.Namespace, key.Name, "status", latest =>
        {
            var status = latest.Ensure("status");
            status["observedGeneration"] = budget.Generation();
            status["disruptionsAllowed"] = expected > 0 ? Math.Max(0, healthy - desired) : 0;
            status["currentHealthy"] = healthy;
            status["desiredHealthy"] = desired;
            status["expectedPods"] = expected;
            var allowed = expected > 0 && healthy > desired;
            Conditions.Set(
                latest, "DisruptionAllowed", allowed ? "True" : "False", allowed ? "SufficientPods" : "InsufficientPods", string.Empty, Time.GetUtcNow().Stamp());
            Conditions.Find(latest, "DisruptionAllowed")!["observedGeneration"] = budget.Generation();
        }, cancellationToken);
        return null;
    }

    private static int Desired(JsonObject budget, int expected)
    {
        if (budget.At("spec", "maxUnavailable") is { } most) return Math.Max(0, expected - RolloutPlan.Resolve(most.ToString(), expected, up: true));
        return RolloutPlan.Resolve(budget.At("spec", "minAvailable")?.ToString() ?? "1", expected, up: true);
    }

    /// <summary>What the controllers of the Pods ask for: the base of percentages.</summary>
    private int Expected(List<JsonObject> pods)
    {
        var total = 0;
        foreach (var owner in pods.Select(pod => (Pod: pod, Owner: OwnerReference.ControllerOf(pod))).Where(pair => pair.Owner is not null).GroupBy(pair => pair.Owner!.Uid))
        {
            var reference = owner.First().Owner!;
            var scaled = Context.FindKind(reference.ApiVersion, reference.Kind) is { } kind
                ? Client.Get(kind.Resource, owner.First().Pod.Namespace(), reference.Name)
                : null;
            total += scaled.Int(owner.Count(), "spec", "replicas");
        }

        return total;
    }
}
