using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>The status of a Deployment from its ReplicaSets.</summary>
internal static class DeploymentStatus
{
    /// <summary>Writes it; returns when to look again for the progress deadline, if ever.</summary>
    public static TimeSpan? Write(JsonObject target, JsonObject worked, JsonObject? fresh, List<JsonObject> sets, DateTimeOffset now)
    {
        var before = target.At("status")?.DeepClone();
        var desired = worked.Int(1, "spec", "replicas");
        var status = target.Ensure("status");
        var replicas = sets.Sum(set => set.Int(0, "status", "replicas"));
        var updated = fresh.Int(0, "status", "replicas");
        var available = sets.Sum(set => set.Int(0, "status", "availableReplicas"));
        status["observedGeneration"] = worked.Generation();
        ReplicaController.SetCount(status, "replicas", replicas);
        ReplicaController.SetCount(status, "updatedReplicas", updated);
        ReplicaController.SetCount(status, "readyReplicas", sets.Sum(set => set.Int(0, "status", "readyReplicas")));
        ReplicaController.SetCount(status, "availableReplicas", available);
        ReplicaController.SetCount(status, "unavailableReplicas", Math.Max(0, sets.Sum(set => set.Int(0, "spec", "replicas")) - available));
        status["terminatingReplicas"] = sets.Sum(set => set.Int(0, "status", "terminatingReplicas"));

        var stamp = now.Stamp();
        var again = WriteProgress(target, worked, fresh, before, replicas, updated, available, now);
        var unavailable = worked.Text("spec", "strategy", "type") == "Recreate"
            ? 0
            : RolloutPlan.Limits(
                worked.At("spec", "strategy", "rollingUpdate", "maxSurge")?.ToString(),
                worked.At("spec", "strategy", "rollingUpdate", "maxUnavailable")?.ToString(), desired).Unavailable;
        if (available >= desired - unavailable)
        {
            Conditions.Set(target, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", stamp, "lastUpdateTime");
        }
        else
        {
            Conditions.Set(target, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", stamp, "lastUpdateTime");
        }

        if (sets.Select(set => Conditions.Find(set, "ReplicaFailure")).FirstOrDefault(failure => failure is not null) is { } failed)
        {
            Conditions.Set(target, "ReplicaFailure", "True", failed.Text("reason") ?? "FailedCreate", failed.Text("message"), stamp, "lastUpdateTime");
        }
        else
        {
            Conditions.Remove(target, "ReplicaFailure");
        }

        return again;
    }

    private static TimeSpan? WriteProgress(
        JsonObject target, JsonObject worked, JsonObject? fresh, JsonNode? before, int replicas, int updated, int available, DateTimeOffset now)
    {
        var stamp = now.Stamp();
        if (worked.Flag("spec", "paused"))
        {
            Conditions.Set(target, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", stamp, "lastUpdateTime");
            return null;
        }

        if (fresh is null) return null;
        var desired = worked.Int(1, "spec", "replicas");
        if (updated == desired && replicas == desired && available >= desired)
        {
            Set("True", "NewReplicaSetAvailable", $"ReplicaSet \"{fresh.Name()}\" has successfully progressed.");
            return null;
        }

        var present = Conditions.Find(target, "Progressing");
        if (present is null || present.Text("reason") == "DeploymentPaused"
            || (present.Text("reason") == "NewReplicaSetAvailable" && present.Text("message")?.Contains($"\"{fresh.Name()}\"", StringComparison.Ordinal) != true))
        {
            Set("True", "NewReplicaSetCreated", $"Created new replica set \"{fresh.Name()}\"");
            present = Conditions.Find(target, "Progressing")!;
        }
        else if (updated > before.Int(0, "updatedReplicas") || replicas - updated < before.Int(0, "replicas") - before.Int(0, "updatedReplicas")
            || available > before.Int(0, "availableReplicas"))
        {
            Set("True", "ReplicaSetUpdated", $"ReplicaSet \"{fresh.Name()}\" is progressing.");
            present["lastUpdateTime"] = stamp;
        }

        var deadline = worked.Int(600, "spec", "progressDeadlineSeconds");
        if (deadline == int.MaxValue || present.Text("reason") is "ProgressDeadlineExceeded" or "NewReplicaSetAvailable") return null;
        var due = (present.Time("lastUpdateTime") ?? now).AddSeconds(deadline);
        if (due > now) return due - now;
        Set("False", "ProgressDeadlineExceeded", $"ReplicaSet \"{fresh.Name()}\" has timed out progressing.");
        return null;

        void Set(string status, string reason, string message) =>
            Conditions.Set(target, "Progressing", status, reason, message, stamp, "lastUpdateTime");
    }
}
