using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>Keeps the number of Pods a ReplicaSet or ReplicationController asks for. The two differ in their selector only.</summary>
internal sealed class ReplicaController(ControllerContext context, ReplicaController.Flavor flavor) : Reconciler(context, flavor.Name)
{
    /// <summary>ReplicaSet of apps/v1.</summary>
    public static Flavor ReplicaSets { get; } = new("replicaset-controller", "replicasets.apps", "ReplicaSet", TellsTerminating: true);

    /// <summary>ReplicationController of v1.</summary>
    public static Flavor ReplicationControllers { get; } =
        new("replication-controller", "replicationcontrollers", "ReplicationController", TellsTerminating: false);

    protected override IReadOnlyCollection<string>? Watched { get; } = [flavor.Resource, "pods"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == flavor.Resource) return [change.Key];
        var ns = change.Namespace;
        if (OwnerReference.ControllerOf(change.Object) is { } controller)
        {
            return controller.Kind == flavor.Kind ? [new ObjectKey(ns, controller.Name)] : [];
        }

        if (change.Deleted) return [];
        var labels = change.Object.Labels();
        return labels.Count == 0 ? [] : Client.List(flavor.Resource, ns).Where(set => Matches(set, labels)).Select(set => new ObjectKey(ns, set.Name()));
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(flavor.Resource, key.Namespace, key.Name) is not { } set) return null;
        var pods = await Adoption.ClaimAsync(Client, set, "pods", pod => Matches(set, pod.Labels()), cancellationToken);
        var failure = set.IsDeleting() ? null : await ScaleAsync(set, pods, cancellationToken);

        var own = Client.List("pods", key.Namespace).Where(pod => OwnerReference.IsControlledBy(pod, set)).ToList();
        var again = TimeSpan.MaxValue;
        await Client.ChangeAsync(flavor.Resource, key.Namespace, key.Name, "status", latest => again = WriteStatus(latest, set, own, failure), cancellationToken);
        if (failure is not null) throw failure;
        return again < TimeSpan.MaxValue ? again : null;
    }

    private bool Matches(JsonObject set, IReadOnlyDictionary<string, string> labels)
    {
        if (flavor.Kind == "ReplicaSet") return LabelSelection.Matches(set.At("spec", "selector"), labels);
        var selector = set.Map("spec", "selector");
        return selector.Count > 0 && LabelSelection.MatchesMap(selector, labels);
    }

    private async Task<Api.ApiStatusException?> ScaleAsync(JsonObject set, List<JsonObject> pods, CancellationToken cancellationToken)
    {
        var active = pods.Where(PodStates.IsActive).ToList();
        var missing = set.Int(1, "spec", "replicas") - active.Count;
        try
        {
            for (var i = 0; i < missing; i++)
            {
                var pod = PodTemplates.Instantiate(set, set.At("spec", "template"));
                pod.Fields("metadata")!["generateName"] = set.Name() + "-";
                var made = await Client.CreateAsync("pods", set.Namespace(), pod, cancellationToken);
                await Events.NormalAsync(set, "SuccessfulCreate", $"Created pod: {made.Name()}", cancellationToken);
            }

            foreach (var pod in DeletionRank.FirstToGo(active).Take(-missing))
            {
                await Client.DeleteAsync("pods", set.Namespace(), pod.Name(), new DeleteWish(pod.Uid()), cancellationToken);
                await Events.NormalAsync(set, "SuccessfulDelete", $"Deleted pod: {pod.Name()}", cancellationToken);
            }

            return null;
        }
        catch (Api.ApiStatusException exception)
        {
            await Events.WarningAsync(set, missing > 0 ? "FailedCreate" : "FailedDelete", $"Error creating: {exception.Message}", cancellationToken);
            return exception;
        }
    }

    private TimeSpan WriteStatus(JsonObject latest, JsonObject worked, List<JsonObject> own, Api.ApiStatusException? failure)
    {
        var now = Time.GetUtcNow();
        var active = own.Where(PodStates.IsActive).ToList();
        var template = latest.Map("spec", "template", "metadata", "labels");
        var minReady = latest.Number("spec", "minReadySeconds") ?? 0;
        var again = TimeSpan.MaxValue;
        var available = active.Count(pod =>
        {
            var there = PodStates.IsAvailable(pod, minReady, now, out var wait);
            if (!there && wait > TimeSpan.Zero && wait < again) again = wait;
            return there;
        });

        var status = latest.Ensure("status");
        status["replicas"] = active.Count;
        SetCount(status, "fullyLabeledReplicas", active.Count(pod => LabelSelection.MatchesMap(template, pod.Labels())));
        SetCount(status, "readyReplicas", active.Count(PodStates.IsReady));
        SetCount(status, "availableReplicas", available);
        if (flavor.TellsTerminating) status["terminatingReplicas"] = own.Count(pod => pod.IsDeleting() && !PodStates.IsFinished(pod));
        status["observedGeneration"] = worked.Generation();
        if (failure is not null) Conditions.Set(latest, "ReplicaFailure", "True", "FailedCreate", failure.Message, now.Stamp());
        else Conditions.Remove(latest, "ReplicaFailure");
        return again;
    }

    /// <summary>Counts that are left out when zero.</summary>
    internal static void SetCount(JsonObject status, string field, long count)
    {
        if (count == 0) status.Remove(field);
        else status[field] = count;
    }

    /// <summary>What differs between the two kinds.</summary>
    internal sealed record Flavor(string Name, string Resource, string Kind, bool TellsTerminating);
}
