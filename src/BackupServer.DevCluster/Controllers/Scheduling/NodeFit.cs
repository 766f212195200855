using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Scheduling;

/// <summary>Whether a node can take a Pod. Pure. Resource requests and inter-pod affinity are not looked at: nodes here are all one machine.</summary>
internal static class NodeFit
{
    /// <summary>The reason it cannot, in the scheduler's words, or null. The volumes are those the Pod's claims are bound to.</summary>
    public static string? Refusal(JsonObject pod, JsonObject node, IReadOnlyCollection<JsonObject> volumes)
    {
        if (node.Flag("spec", "unschedulable") && !ToleratesTaint(pod, "node.kubernetes.io/unschedulable", string.Empty, "NoSchedule"))
        {
            return "node(s) were unschedulable";
        }

        if (!Tolerates(pod, node)) return "node(s) had untolerated taint(s)";
        if (!MatchesSelectors(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
        return volumes.All(volume => VolumeAllows(volume, node)) ? null : "node(s) didn't match PersistentVolume's node affinity";
    }

    /// <summary>nodeSelector and the required node affinity.</summary>
    public static bool MatchesSelectors(JsonObject pod, JsonObject node)
    {
        if (!LabelSelection.MatchesMap(pod.Map("spec", "nodeSelector"), node.Labels())) return false;
        var required = pod.At("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        return required is not JsonObject || MatchesTerms(required, node);
    }

    public static bool VolumeAllows(JsonObject volume, JsonObject node)
    {
        var required = volume.At("spec", "nodeAffinity", "required");
        return required is not JsonObject || MatchesTerms(required, node);
    }

    /// <summary>All taints that keep Pods away are tolerated.</summary>
    public static bool Tolerates(JsonObject pod, JsonObject node) => node.Items("spec", "taints")
        .Where(taint => taint.Text("effect") is "NoSchedule" or "NoExecute")
        .All(taint => ToleratesTaint(pod, taint.Text("key") ?? string.Empty, taint.Text("value") ?? string.Empty, taint.Text("effect")!));

    private static bool ToleratesTaint(JsonObject pod, string key, string value, string effect) => pod.Items("spec", "tolerations").Any(toleration =>
        (toleration.Text("effect") is null or "" || toleration.Text("effect") == effect)
        && (toleration.Text("operator") == "Exists"
            ? toleration.Text("key") is null or "" || toleration.Text("key") == key
            : toleration.Text("key") == key && (toleration.Text("value") ?? string.Empty) == value));

    /// <summary>One of the terms must hold, in all its expressions and fields; a term without either holds for no node.</summary>
    private static bool MatchesTerms(JsonNode required, JsonObject node) => required.Items("nodeSelectorTerms").Any(term =>
    {
        var expressions = term.Items("matchExpressions").ToList();
        var fields = term.Items("matchFields").ToList();
        if (expressions.Count + fields.Count == 0) return false;
        var name = new Dictionary<string, string>(StringComparer.Ordinal) { ["metadata.name"] = node.Name() };
        return expressions.TrueForAll(expression => LabelSelection.Satisfies(expression, node.Labels()))
            && fields.TrueForAll(field => LabelSelection.Satisfies(field, name));
    });
}
