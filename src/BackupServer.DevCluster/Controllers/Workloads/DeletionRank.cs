using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>Which Pods a ReplicaSet gives up first: unassigned, pending, not ready, cheap to delete, young.</summary>
internal static class DeletionRank
{
    public static IEnumerable<JsonObject> FirstToGo(IEnumerable<JsonObject> pods) => pods
        .OrderBy(pod => pod.Text("spec", "nodeName") is null ? 0 : 1)
        .ThenBy(pod => PodStates.Phase(pod) == "Pending" ? 0 : 1)
        .ThenBy(pod => PodStates.IsReady(pod) ? 1 : 0)
        .ThenBy(pod => int.TryParse(pod.Annotation("controller.kubernetes.io/pod-deletion-cost"), out var cost) ? cost : 0)
        .ThenByDescending(pod => pod.Text("metadata", "creationTimestamp"), StringComparer.Ordinal)
        .ThenBy(pod => pod.Name(), StringComparer.Ordinal);
}
