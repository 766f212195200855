namespace BackupServer.DevCluster.Controllers.Policy;

/// <summary>
/// Status of HorizontalPodAutoscalers. Nothing is ever scaled: there are no metrics here, which is what the conditions say, as a
/// cluster without a metrics server does.
/// </summary>
internal sealed class PodAutoscalerController(ControllerContext context) : Reconciler(context, "horizontal-pod-autoscaler")
{
    private const string Resource = "horizontalpodautoscalers.autoscaling";

    protected override IReadOnlyCollection<string>? Watched { get; } = [Resource];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change) => [change.Key];

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Resource, key.Namespace, key.Name) is not { } scaler || scaler.IsDeleting()) return null;
        var reference = scaler.At("spec", "scaleTargetRef");
        var kind = Context.FindKind(reference.Text("apiVersion") ?? "v1", reference.Text("kind") ?? string.Empty);
        var target = kind is null ? null : Client.Get(kind.Resource, key.Namespace, reference.Text("name") ?? string.Empty);
        var now = Time.GetUtcNow().Stamp();
        await Client.ChangeAsync(Resource, key.Namespace, key.Name, "status", latest =>
        {
            var status = latest.Ensure("status");
            status["desiredReplicas"] ??= 0;
            status["currentMetrics"] ??= null;
            if (target is null)
            {
                Conditions.Set(
                    latest, "AbleToScale", "False", "FailedGetScale",
                    $"the HPA controller was unable to get the target's current scale: {kind?.Resource ?? reference.Text("kind")} \"{reference.Text("name")}\" not found", now);
                return;
            }

            var replicas = target.Int(0, "status", "replicas");
            status["currentReplicas"] = replicas;
            status["desiredReplicas"] = replicas;
            Conditions.Set(latest, "AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale", now);
            Conditions.Set(
                latest, "ScalingActive", "False", "FailedGetResourceMetric",
                "the HPA was unable to compute the replica count: no metrics are served by this cluster", now);
        }, cancellationToken);
        return TimeSpan.FromSeconds(15);
    }
}
