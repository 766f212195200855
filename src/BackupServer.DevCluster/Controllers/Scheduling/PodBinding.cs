using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Scheduling;

/// <summary>What binding writes into a Pod: its node and the PodScheduled condition.</summary>
internal static class PodBinding
{
    public static void Apply(JsonObject pod, string node, DateTimeOffset now)
    {
        pod.Ensure("spec")["nodeName"] = node;
        var stamp = now.Stamp();
        var status = pod.Ensure("status");
        if (status["conditions"] is not JsonArray conditions) status["conditions"] = conditions = [];
        if (Conditions.Find(pod, "PodScheduled") is { } present) conditions.Remove(present);
        conditions.Add(new JsonObject
        {
            ["type"] = "PodScheduled",
            ["observedGeneration"] = pod.Generation(),
            ["status"] = "True",
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = stamp,
        });
    }
}
