using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>What follows from a pod's containers.</summary>
internal static class PodFacts
{
    /// <summary>Containers and init containers.</summary>
    public static IEnumerable<JsonObject> Containers(JsonObject pod) =>
        Json.Items(Json.Get(pod, "spec", "initContainers")).Concat(Json.Items(Json.Get(pod, "spec", "containers")));

    /// <summary>Guaranteed, Burstable or BestEffort.</summary>
    public static string QualityOfService(JsonObject pod)
    {
        var containers = Containers(pod).ToList();
        if (containers.TrueForAll(container => !Amounts(container, "requests").Any() && !Amounts(container, "limits").Any()))
        {
            return "BestEffort";
        }

        return containers.TrueForAll(IsGuaranteed) ? "Guaranteed" : "Burstable";
    }

    /// <summary>What a pod asks for (requests) or is held to (limits): the containers together, or the largest init container.</summary>
    public static Quantity Total(JsonObject pod, string kind, string resource)
    {
        var together = Quantity.Zero;
        foreach (var container in Json.Items(Json.Get(pod, "spec", "containers")))
        {
            together += Amount(container, kind, resource);
        }

        foreach (var container in Json.Items(Json.Get(pod, "spec", "initContainers")))
        {
            var amount = Amount(container, kind, resource);
            together = Json.Text(container, "restartPolicy") == "Always" ? together + amount : amount > together ? amount : together;
        }

        return together;
    }

    public static Quantity Amount(JsonObject container, string kind, string resource) =>
        Quantity.TryParse(Json.Text(container, "resources", kind, resource), out var quantity) ? quantity : Quantity.Zero;

    private static bool IsGuaranteed(JsonObject container) => new[] { "cpu", "memory" }.All(resource =>
        Amount(container, "limits", resource).Sign > 0 && Amount(container, "limits", resource) == Amount(container, "requests", resource));

    private static IEnumerable<string> Amounts(JsonObject container, string kind) =>
        (Json.Get(container, "resources", kind) as JsonObject ?? [])
        .Where(entry => entry.Key is "cpu" or "memory" && Quantity.TryParse((string?)entry.Value, out var quantity) && quantity.Sign > 0)
        .Select(entry => entry.Key);
}
