using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers.Scheduling;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>Which nodes a DaemonSet covers and the Pod it makes for one. Pure.</summary>
internal static class DaemonPods
{
    private static readonly (string Key, string Effect)[] Tolerated =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"),
        ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ];

    public static bool Covers(JsonObject set, JsonObject node)
    {
        var pod = Pod(set, node.Name(), string.Empty);
        return NodeFit.MatchesSelectors(pod, node) && NodeFit.Tolerates(pod, node);
    }

    public static JsonObject Pod(JsonObject set, string nodeName, string revisionHash)
    {
        var pod = PodTemplates.Instantiate(set, set.At("spec", "template"));
        var metadata = pod.Fields("metadata")!;
        metadata["generateName"] = set.Name() + "-";
        var labels = metadata.Ensure("labels");
        labels[Revisions.HashLabel] = revisionHash;
        labels["pod-template-generation"] = set.Annotation("deprecated.daemonset.template.generation") ?? "1";

        var spec = pod.Fields("spec")!;
        PinTo(spec.Ensure("affinity", "nodeAffinity"), nodeName);
        if (spec["tolerations"] is not JsonArray tolerations) spec["tolerations"] = tolerations = [];
        foreach (var (key, effect) in Tolerated)
        {
            tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect });
        }

        if (spec.Flag("hostNetwork"))
        {
            tolerations.Add(new JsonObject { ["key"] = "node.kubernetes.io/network-unavailable", ["operator"] = "Exists", ["effect"] = "NoSchedule" });
        }

        return pod;
    }

    /// <summary>The node a Pod was made for: where it runs, or where its affinity pins it.</summary>
    public static string? NodeOf(JsonObject pod) => pod.Text("spec", "nodeName") is { Length: > 0 } bound
        ? bound
        : pod.Items("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
            .SelectMany(term => term.Items("matchFields"))
            .Where(field => field.Text("key") == "metadata.name")
            .SelectMany(field => field.Texts("values"))
            .FirstOrDefault();

    private static void PinTo(JsonObject affinity, string nodeName)
    {
        static JsonArray Fields(string name) =>
            [new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(name) }];

        var required = affinity.Ensure("requiredDuringSchedulingIgnoredDuringExecution");
        if (required["nodeSelectorTerms"] is not JsonArray { Count: > 0 } terms)
        {
            required["nodeSelectorTerms"] = new JsonArray(new JsonObject { ["matchFields"] = Fields(nodeName) });
            return;
        }

        foreach (var term in terms.OfType<JsonObject>()) term["matchFields"] = Fields(nodeName);
    }
}
