using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>Questions every controller asks of a Pod.</summary>
internal static class PodStates
{
    public static string Phase(JsonNode? pod) => pod.Text("status", "phase") ?? "Pending";

    public static bool IsFinished(JsonNode? pod) => Phase(pod) is "Succeeded" or "Failed";

    /// <summary>Counts as one of a controller's: not finished, not on its way out.</summary>
    public static bool IsActive(JsonNode? pod) => !IsFinished(pod) && !pod.IsDeleting();

    public static bool IsReady(JsonNode? pod) => Conditions.IsTrue(pod, "Ready");

    /// <summary>Ready for at least the given seconds; <paramref name="wait"/> is what is missing of them.</summary>
    public static bool IsAvailable(JsonNode? pod, long minReadySeconds, DateTimeOffset now, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (!IsReady(pod)) return false;
        if (minReadySeconds <= 0) return true;
        var since = Conditions.Find(pod, "Ready").Time("lastTransitionTime") ?? now;
        wait = since.AddSeconds(minReadySeconds) - now;
        return wait <= TimeSpan.Zero;
    }
}
