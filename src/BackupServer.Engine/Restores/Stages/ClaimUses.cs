using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Which claims the pods of a workload mount. Pure.</summary>
internal static class ClaimUses
{
    /// <summary>Of some claims in the workload's namespace, the first that it uses; null when it uses none of them.</summary>
    public static ObjectName? FirstOf(ObjectReference workload, JsonObject content, IEnumerable<ObjectName> claims)
    {
        var spec = PodSpecOf(workload.Resource, content);
        var named = spec.Items("volumes").Select(volume => NameOf(workload, volume)).ToHashSet();
        var prefixes = workload.Resource == WellKnown.StatefulSets
            ? content.Items("spec", "volumeClaimTemplates").Select(template => $"{template.Text("metadata", "name")}-{workload.Name.Name}-").ToList()
            : [];
        return claims
            .Where(claim => claim.Namespace == workload.Name.Namespace)
            .Where(claim => named.Contains(claim.Name) || prefixes.Exists(prefix => IsOrdinalOf(prefix, claim.Name)))
            .Select(claim => (ObjectName?)claim)
            .Min();
    }

    private static JsonNode? PodSpecOf(GroupResource kind, JsonObject content) =>
        kind == WellKnown.Pods ? content["spec"]
        : kind == WellKnown.CronJobs ? content.At("spec", "jobTemplate", "spec", "template", "spec")
        : content.At("spec", "template", "spec");

    // A generic ephemeral volume of a pod is on a claim that is named after both.
    private static string NameOf(ObjectReference workload, JsonNode? volume) =>
        workload.Resource == WellKnown.Pods && volume.At("ephemeral") is not null
            ? $"{workload.Name.Name}-{volume.Text("name")}"
            : volume.Text("persistentVolumeClaim", "claimName");

    private static bool IsOrdinalOf(string prefix, string claim) =>
        claim.StartsWith(prefix, StringComparison.Ordinal) && claim.Length > prefix.Length && claim.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;
}
