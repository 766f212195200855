using System.Globalization;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>
/// Deployments as ReplicaSets: one per template, found again by the template itself (so a restored or adopted ReplicaSet is taken
/// up), scaled by the strategy; revisions as annotations; status and conditions.
/// </summary>
internal sealed class DeploymentController(ControllerContext context) : Reconciler(context, "deployment-controller")
{
    private const string Resource = "deployments.apps";
    private const string Sets = "replicasets.apps";
    private const string Revision = "deployment.kubernetes.io/revision";
    private const string HashLabel = "pod-template-hash";

    protected override IReadOnlyCollection<string>? Watched { get; } = [Resource, Sets];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == Resource) return [change.Key];
        var ns = change.Namespace;
        if (OwnerReference.ControllerOf(change.Object) is { } controller)
        {
            return controller.Kind == "Deployment" ? [new ObjectKey(ns, controller.Name)] : [];
        }

        var labels = change.Object.Labels();
        return change.Deleted
            ? []
            : Client.List(Resource, ns).Where(deployment => LabelSelection.Matches(deployment.At("spec", "selector"), labels)).Select(deployment => new ObjectKey(ns, deployment.Name()));
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Resource, key.Namespace, key.Name) is not { } deployment) return null;
        var sets = await Adoption.ClaimAsync(
            Client, deployment, Sets, set => LabelSelection.Matches(deployment.At("spec", "selector"), set.Labels()), cancellationToken);
        sets.Sort((a, b) => string.CompareOrdinal(a.Text("metadata", "creationTimestamp"), b.Text("metadata", "creationTimestamp")));
        var fresh = sets.Find(set => PodTemplates.AreEqual(set.At("spec", "template"), deployment.At("spec", "template")));

        if (!deployment.IsDeleting())
        {
            var paused = deployment.Flag("spec", "paused");
            if (fresh is null && !paused)
            {
                fresh = await CreateSetAsync(deployment, sets, cancellationToken);
                sets.Add(fresh);
            }

            if (fresh is not null && !paused) await WriteRevisionAsync(deployment, fresh, sets, cancellationToken);
            await ScaleAsync(deployment, fresh, sets, cancellationToken);
            await TrimHistoryAsync(deployment, fresh, sets, cancellationToken);
        }

        TimeSpan? again = null;
        var latest = sets.ConvertAll(set => Client.Get(Sets, key.Namespace, set.Name())).OfType<JsonObject>().ToList();
        var latestFresh = fresh is null ? null : latest.Find(set => set.Uid() == fresh.Uid());
        await Client.ChangeAsync(
            Resource, key.Namespace, key.Name, "status",
            target => again = DeploymentStatus.Write(target, deployment, latestFresh, latest, Time.GetUtcNow()), cancellationToken);
        return again;
    }

    private async Task<JsonObject> CreateSetAsync(JsonObject deployment, List<JsonObject> sets, CancellationToken cancellationToken)
    {
        var template = deployment.At("spec", "template")!;
        for (var collision = deployment.Number("status", "collisionCount") ?? 0; ; collision++)
        {
            var hash = SafeName.HashOf(template, collision);
            var set = NewSet(deployment, template, hash);
            set.SetAnnotation(Revision, (sets.Select(RevisionOf).DefaultIfEmpty().Max() + 1).ToString(CultureInfo.InvariantCulture));
            try
            {
                return await Client.CreateAsync(Sets, deployment.Namespace(), set, cancellationToken);
            }
            catch (Api.ApiStatusException exception) when (exception.Reason == "AlreadyExists" && collision < 8)
            {
                // Another template, or a ReplicaSet of somebody else, has this name: the next collision count gives another hash.
                continue;
            }
        }
    }

    private static JsonObject NewSet(JsonObject deployment, JsonNode template, string hash)
    {
        var copy = (JsonObject)template.DeepClone();
        copy.Ensure("metadata", "labels")[HashLabel] = hash;
        var selector = (JsonObject)deployment.At("spec", "selector")!.DeepClone();
        selector.Ensure("matchLabels")[HashLabel] = hash;
        var replicas = deployment.Int(1, "spec", "replicas");
        var set = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["namespace"] = deployment.Namespace(),
                ["labels"] = copy.At("metadata", "labels")!.DeepClone(),
                ["annotations"] = AnnotationsFor(deployment),
                ["ownerReferences"] = new JsonArray(OwnerReference.ControllerReference(deployment)),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = selector, ["template"] = copy },
        };
        if (deployment.Number("spec", "minReadySeconds") is { } seconds and > 0) set.Fields("spec")!["minReadySeconds"] = seconds;
        set.SetAnnotation("deployment.kubernetes.io/desired-replicas", replicas.ToString(CultureInfo.InvariantCulture));
        set.SetAnnotation("deployment.kubernetes.io/max-replicas", (replicas + Limits(deployment).Surge).ToString(CultureInfo.InvariantCulture));
        return set;
    }

    private static JsonObject AnnotationsFor(JsonObject deployment) => deployment.Map("metadata", "annotations")
        .Where(pair => pair.Key is not ("kubectl.kubernetes.io/last-applied-configuration" or Revision) && !pair.Key.StartsWith("deployment.kubernetes.io/", StringComparison.Ordinal))
        .ToJson();

    private static long RevisionOf(JsonObject set) => long.TryParse(set.Annotation(Revision), out var revision) ? revision : 0;

    private static (int Surge, int Unavailable) Limits(JsonObject deployment)
    {
        if (deployment.Text("spec", "strategy", "type") == "Recreate") return (0, 0);
        var rolling = deployment.At("spec", "strategy", "rollingUpdate");
        return RolloutPlan.Limits(rolling.At("maxSurge")?.ToString(), rolling.At("maxUnavailable")?.ToString(), deployment.Int(1, "spec", "replicas"));
    }

    private async Task WriteRevisionAsync(JsonObject deployment, JsonObject fresh, List<JsonObject> sets, CancellationToken cancellationToken)
    {
        var newest = sets.Where(set => set != fresh).Select(RevisionOf).DefaultIfEmpty().Max();
        var revision = RevisionOf(fresh);
        if (revision <= newest)
        {
            revision = newest + 1;
            await Client.ChangeAsync(
                Sets, fresh.Namespace(), fresh.Name(), "", set => set.SetAnnotation(Revision, revision.ToString(CultureInfo.InvariantCulture)), cancellationToken);
        }

        await Client.ChangeAsync(
            Resource, deployment.Namespace(), deployment.Name(), "",
            latest => latest.SetAnnotation(Revision, revision.ToString(CultureInfo.InvariantCulture)), cancellationToken);
    }

    private async Task ScaleAsync(JsonObject deployment, JsonObject? fresh, List<JsonObject> sets, CancellationToken cancellationToken)
    {
        var desired = deployment.Int(1, "spec", "replicas");
        var old = sets.Where(set => set != fresh).ToList();
        if (fresh is null)
        {
            // Paused with an old template only: it follows the wished number.
            if (old.LastOrDefault(set => Replicas(set) > 0) is { } active) await SetReplicasAsync(deployment, active, desired, cancellationToken);
            return;
        }

        if (deployment.Text("spec", "strategy", "type") == "Recreate")
        {
            foreach (var set in old) await SetReplicasAsync(deployment, set, 0, cancellationToken);
            if (old.Exists(HasPods)) return;
            await SetReplicasAsync(deployment, fresh, desired, cancellationToken);
            return;
        }

        var (surge, unavailable) = Limits(deployment);
        var total = sets.Sum(Replicas);
        var nextNew = RolloutPlan.NextNew(desired, surge, Replicas(fresh), total);
        await SetReplicasAsync(deployment, fresh, nextNew, cancellationToken);
        if (deployment.Flag("spec", "paused")) return;

        total += nextNew - Replicas(fresh);
        var remove = RolloutPlan.OldToRemove(desired, unavailable, total, nextNew, fresh.Int(0, "status", "availableReplicas"));
        // Those that are not available anyway go first: they serve nobody.
        foreach (var set in old.OrderBy(set => set.Int(0, "status", "availableReplicas")))
        {
            var less = Math.Min(remove, Replicas(set));
            if (less <= 0) continue;
            remove -= less;
            await SetReplicasAsync(deployment, set, Replicas(set) - less, cancellationToken);
        }
    }

    private static int Replicas(JsonObject set) => set.Int(0, "spec", "replicas");

    private bool HasPods(JsonObject set) =>
        Client.List("pods", set.Namespace()).Any(pod => OwnerReference.IsControlledBy(pod, set) && !PodStates.IsFinished(pod));

    private async Task SetReplicasAsync(JsonObject deployment, JsonObject set, int replicas, CancellationToken cancellationToken)
    {
        var before = Replicas(set);
        var desired = deployment.Int(1, "spec", "replicas");
        await Client.ChangeAsync(Sets, set.Namespace(), set.Name(), "", latest =>
        {
            latest.Ensure("spec")["replicas"] = replicas;
            latest.SetAnnotation("deployment.kubernetes.io/desired-replicas", desired.ToString(CultureInfo.InvariantCulture));
            latest.SetAnnotation("deployment.kubernetes.io/max-replicas", (desired + Limits(deployment).Surge).ToString(CultureInfo.InvariantCulture));
        }, cancellationToken);
        if (before == replicas) return;
        var direction = replicas > before ? "up" : "down";
        await Events.NormalAsync(deployment, "ScalingReplicaSet", $"Scaled {direction} replica set {set.Name()} from {before} to {replicas}", cancellationToken);
    }

    private async Task TrimHistoryAsync(JsonObject deployment, JsonObject? fresh, List<JsonObject> sets, CancellationToken cancellationToken)
    {
        var limit = deployment.Int(10, "spec", "revisionHistoryLimit");
        var idle = sets.Where(set => set != fresh && Replicas(set) == 0 && set.Int(0, "status", "replicas") == 0 && !set.IsDeleting()).OrderBy(RevisionOf).ToList();
        foreach (var set in idle.Take(Math.Max(0, idle.Count - limit)))
        {
            await Client.DeleteAsync(Sets, set.Namespace(), set.Name(), new DeleteWish(set.Uid()), cancellationToken);
            sets.Remove(set);
        }
    }
}
