using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>StatefulSets: Pods by ordinal, one after another (or all at once when Parallel), with their claims; rolling updates from the top.</summary>
internal sealed class StatefulSetController(ControllerContext context) : Reconciler(context, "statefulset-controller")
{
    private const string Resource = "statefulsets.apps";
    private const string PodClaims = "persistentvolumeclaims";

    protected override IReadOnlyCollection<string>? Watched { get; } = [Resource, "pods"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == Resource) return [change.Key];
        if (OwnerReference.ControllerOf(change.Object) is { } controller)
        {
            return controller.Kind == "StatefulSet" ? [new ObjectKey(change.Namespace, controller.Name)] : [];
        }

        if (change.Deleted || change.Name.LastIndexOf('-') is not (> 0 and var dash)) return [];
        return [new ObjectKey(change.Namespace, change.Name[..dash])];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Resource, key.Namespace, key.Name) is not { } set) return null;
        var selector = set.At("spec", "selector");
        var pods = await Adoption.ClaimAsync(
            Client, set, "pods",
            pod => LabelSelection.Matches(selector, pod.Labels()) && StatefulPods.OrdinalOf(set, pod.Name()) is not null, cancellationToken);
        if (set.IsDeleting()) return null;

        var revisions = new Revisions(Client);
        var update = (await revisions.CurrentAsync(set, cancellationToken)).Name();
        var current = set.Text("status", "currentRevision") is { Length: > 0 } known ? known : update;
        Exception? failure = null;
        try
        {
            await ApplyClaimOwnersAsync(set, cancellationToken);
            await StepAsync(set, pods, update, current, cancellationToken);
        }
        catch (Api.ApiStatusException exception)
        {
            failure = exception;
            await Events.WarningAsync(set, "FailedCreate", exception.Message, cancellationToken);
        }

        var again = await WriteStatusAsync(set, update, current, cancellationToken);
        var inUse = pods.Select(pod => $"{set.Name()}-{pod.Labels().GetValueOrDefault(Revisions.HashLabel)}").Append(update).Append(current).ToHashSet(StringComparer.Ordinal);
        await revisions.TrimAsync(set, inUse, cancellationToken);
        return failure is null ? again : throw failure;
    }

    /// <summary>One step towards what is asked; ordered sets make at most one change at a time.</summary>
    private async Task StepAsync(JsonObject set, List<JsonObject> pods, string update, string current, CancellationToken cancellationToken)
    {
        var ordered = set.Text("spec", "podManagementPolicy") != "Parallel";
        var start = StatefulPods.Start(set);
        var end = start + set.Int(1, "spec", "replicas");
        var byOrdinal = pods.ToDictionary(pod => StatefulPods.OrdinalOf(set, pod.Name())!.Value);
        var minReady = set.Number("spec", "minReadySeconds") ?? 0;
        var partition = set.Int(0, "spec", "updateStrategy", "rollingUpdate", "partition");

        for (var ordinal = start; ordinal < end; ordinal++)
        {
            byOrdinal.TryGetValue(ordinal, out var pod);
            if (pod is not null && PodStates.IsFinished(pod) && !pod.IsDeleting())
            {
                await Client.DeleteAsync("pods", set.Namespace(), pod.Name(), new DeleteWish(pod.Uid()), cancellationToken);
                if (Client.Get("pods", set.Namespace(), pod.Name()) is null) pod = null;
            }

            if (pod is null)
            {
                var revision = ordinal >= start + partition || current == update ? update : current;
                await CreateAsync(set, ordinal, revision, cancellationToken);
                if (ordered) return;
                continue;
            }

            await EnsureClaimsAsync(set, pod.Name(), cancellationToken);
            if (ordered && (pod.IsDeleting() || !PodStates.IsAvailable(pod, minReady, Time.GetUtcNow(), out _))) return;
        }

        foreach (var (_, pod) in byOrdinal.Where(entry => entry.Key < start || entry.Key >= end).OrderByDescending(entry => entry.Key))
        {
            if (!pod.IsDeleting())
            {
                await Client.DeleteAsync("pods", set.Namespace(), pod.Name(), new DeleteWish(pod.Uid()), cancellationToken);
                await Events.NormalAsync(set, "SuccessfulDelete", $"delete Pod {pod.Name()} in StatefulSet {set.Name()} successful", cancellationToken);
            }

            if (ordered) return;
        }

        if (set.Text("spec", "updateStrategy", "type") == "OnDelete") return;
        for (var ordinal = end - 1; ordinal >= start + partition; ordinal--)
        {
            if (!byOrdinal.TryGetValue(ordinal, out var pod)) return;
            if (pod.IsDeleting()) return;
            if ($"{set.Name()}-{pod.Labels().GetValueOrDefault(Revisions.HashLabel)}" != update && pod.Labels().ContainsKey(Revisions.HashLabel))
            {
                await Client.DeleteAsync("pods", set.Namespace(), pod.Name(), new DeleteWish(pod.Uid()), cancellationToken);
                return;
            }

            if (!PodStates.IsReady(pod)) return;
        }
    }

    private async Task CreateAsync(JsonObject set, int ordinal, string revision, CancellationToken cancellationToken)
    {
        var name = StatefulPods.NameOf(set, ordinal);
        await EnsureClaimsAsync(set, name, cancellationToken);
        var template = revision == set.Text("status", "currentRevision")
            ? Client.Get("controllerrevisions.apps", set.Namespace(), revision).At("data", "spec", "template")?.DeepClone() as JsonObject
            : null;
        template?.Remove("$patch");
        var source = (JsonObject)set.DeepClone();
        if (template is not null) source.Ensure("spec")["template"] = template;
        await Client.CreateAsync("pods", set.Namespace(), StatefulPods.Pod(source, ordinal, revision[(set.Name().Length + 1)..]), cancellationToken);
        await Events.NormalAsync(set, "SuccessfulCreate", $"create Pod {name} in StatefulSet {set.Name()} successful", cancellationToken);
    }

    private async Task EnsureClaimsAsync(JsonObject set, string podName, CancellationToken cancellationToken)
    {
        foreach (var claim in StatefulPods.Claims(set, podName))
        {
            if (Client.Get(PodClaims, set.Namespace(), claim.Name()) is not null) continue;
            if (Policy(set, "whenDeleted") == "Delete") OwnerReference.Add(claim, OwnerReference.ControllerReference(set));
            await Client.CreateAsync(PodClaims, set.Namespace(), claim, cancellationToken);
            await Events.NormalAsync(
                set, "SuccessfulCreate", $"create Claim {claim.Name()} Pod {podName} in StatefulSet {set.Name()} success", cancellationToken);
        }
    }

    private static string Policy(JsonObject set, string when) => set.Text("spec", "persistentVolumeClaimRetentionPolicy", when) ?? "Retain";

    /// <summary>whenScaled Delete: a claim belongs to its Pod as soon as that Pod is beyond the wished number, and so goes with it.</summary>
    private async Task ApplyClaimOwnersAsync(JsonObject set, CancellationToken cancellationToken)
    {
        if (Policy(set, "whenScaled") != "Delete") return;
        var start = StatefulPods.Start(set);
        var end = start + set.Int(1, "spec", "replicas");
        foreach (var pod in Client.List("pods", set.Namespace()).Where(pod => OwnerReference.IsControlledBy(pod, set)))
        {
            var ordinal = StatefulPods.OrdinalOf(set, pod.Name());
            if (ordinal is null || (ordinal >= start && ordinal < end)) continue;
            foreach (var template in set.Items("spec", "volumeClaimTemplates"))
            {
                await Client.ChangeAsync(PodClaims, set.Namespace(), StatefulPods.ClaimName(template.Name(), pod.Name()), "", claim =>
                {
                    if (OwnerReference.Of(claim).All(owner => owner.Uid != pod.Uid())) OwnerReference.Add(claim, OwnerReference.ControllerReference(pod));
                }, cancellationToken);
            }
        }
    }

    private async Task<TimeSpan?> WriteStatusAsync(JsonObject worked, string update, string current, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var pods = Client.List("pods", worked.Namespace()).Where(pod => OwnerReference.IsControlledBy(pod, worked)).ToList();
        var minReady = worked.Number("spec", "minReadySeconds") ?? 0;
        TimeSpan? again = null;
        int Of(string revision) => pods.Count(pod => !pod.IsDeleting() && $"{worked.Name()}-{pod.Labels().GetValueOrDefault(Revisions.HashLabel)}" == revision);
        var ready = pods.Count(PodStates.IsReady);
        var available = pods.Count(pod =>
        {
            var there = PodStates.IsAvailable(pod, minReady, now, out var wait);
            if (!there && wait > TimeSpan.Zero && (again is null || wait < again)) again = wait;
            return there;
        });
        // The update is over when every wished Pod is made from it: from then on it is the current revision.
        if (Of(update) == pods.Count && ready == pods.Count && pods.Count == worked.Int(1, "spec", "replicas")) current = update;
        await Client.ChangeAsync(Resource, worked.Namespace(), worked.Name(), "status", latest =>
        {
            var status = latest.Ensure("status");
            status["observedGeneration"] = worked.Generation();
            status["replicas"] = pods.Count;
            ReplicaController.SetCount(status, "readyReplicas", ready);
            ReplicaController.SetCount(status, "currentReplicas", Of(current));
            ReplicaController.SetCount(status, "updatedReplicas", Of(update));
            status["currentRevision"] = current;
            status["updateRevision"] = update;
            status["collisionCount"] ??= 0;
            status["availableReplicas"] = available;
        }, cancellationToken);
        return again;
    }
}
