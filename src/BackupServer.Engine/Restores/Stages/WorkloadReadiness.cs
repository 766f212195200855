using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Whether a workload does its work. Pure, from its own status.</summary>
public static class WorkloadReadiness
{
    /// <summary>Whether a kind is judged at all.</summary>
    public static bool IsJudged(GroupResource kind) =>
        kind == WellKnown.Deployments || kind == WellKnown.StatefulSets || kind == WellKnown.DaemonSets || kind == WellKnown.Jobs || kind == WellKnown.Pods;

    /// <summary>Why a workload is not ready; null when it is.</summary>
    public static string? Obstacle(GroupResource kind, RawObject content)
    {
        using var document = JsonDocument.Parse(content.Utf8);
        var root = document.RootElement;
        return kind == WellKnown.Jobs ? JobObstacle(root)
            : kind == WellKnown.Pods ? PodObstacle(root)
            : Number(root, "status", "observedGeneration") < Number(root, "metadata", "generation") ? "its controller has not seen it yet"
            : kind == WellKnown.DaemonSets
                ? Compare(Number(root, "status", "numberReady"), Number(root, "status", "desiredNumberScheduled"))
            : kind == WellKnown.StatefulSets ? Compare(Number(root, "status", "readyReplicas"), Wanted(root))
            : Compare(Number(root, "status", "availableReplicas"), Wanted(root));
    }

    private static string? Compare(long ready, long wanted) => ready >= wanted ? null : $"{ready} of {wanted} pods are ready";

    private static long Wanted(JsonElement root) => root.Has("spec", "replicas") ? Number(root, "spec", "replicas") : 1;

    private static string? JobObstacle(JsonElement root) =>
        Condition(root, "Failed") is { } failed ? $"it failed: {failed.Text("message")}"
        : Condition(root, "Complete") is not null || Number(root, "status", "active") > 0 || Number(root, "status", "succeeded") > 0
            || root.At("spec", "suspend") is { ValueKind: JsonValueKind.True } ? null
        : "it has not started a pod yet";

    private static string? PodObstacle(JsonElement root) => root.Text("status", "phase") switch
    {
        "Succeeded" => null,
        "Running" when Condition(root, "Ready") is not null => null,
        var phase => $"it is {(phase.Length == 0 ? "Pending" : phase)}{(phase == "Running" ? ", but not ready" : "")}",
    };

    private static JsonElement? Condition(JsonElement root, string type) => root.Items("status", "conditions")
        .Where(condition => condition.Text("type") == type && condition.Text("status") == "True")
        .Select(condition => (JsonElement?)condition)
        .FirstOrDefault();

    private static long Number(JsonElement root, params ReadOnlySpan<string> path) =>
        root.At(path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;
}
