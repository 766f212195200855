using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Controllers.Policy;

/// <summary>How much of a ResourceQuota a namespace uses. Pure over what it is given.</summary>
internal static class QuotaUsage
{
    private static readonly Dictionary<string, string> CountedObjects = new(StringComparer.Ordinal)
    {
        ["configmaps"] = "configmaps",
        ["secrets"] = "secrets",
        ["services"] = "services",
        ["persistentvolumeclaims"] = "persistentvolumeclaims",
        ["replicationcontrollers"] = "replicationcontrollers",
        ["resourcequotas"] = "resourcequotas",
    };

    /// <param name="quota">The quota.</param>
    /// <param name="list">Objects of a resource in the quota's namespace.</param>
    public static JsonObject Used(JsonObject quota, Func<string, IReadOnlyList<JsonObject>> list)
    {
        var used = new JsonObject();
        foreach (var (name, _) in quota.Map("spec", "hard").OrderBy(hard => hard.Key, StringComparer.Ordinal))
        {
            if (Usage(quota, name, list) is { } amount) used[name] = amount.Format(name.Contains("memory") || name.Contains("storage"));
        }

        return used;
    }

    private static Quantity? Usage(JsonObject quota, string name, Func<string, IReadOnlyList<JsonObject>> list)
    {
        if (name.StartsWith("count/", StringComparison.Ordinal)) return Count(list(name["count/".Length..]).Count);
        if (CountedObjects.TryGetValue(name, out var resource)) return Count(list(resource).Count);
        switch (name)
        {
            case "services.nodeports":
                return Count(list("services").Where(service => service.Text("spec", "type") is "NodePort" or "LoadBalancer").Sum(service => service.Items("spec", "ports").Count()));
            case "services.loadbalancers":
                return Count(list("services").Count(service => service.Text("spec", "type") == "LoadBalancer"));
            case "pods":
                return Count(Pods(quota, list).Count());
            case "requests.storage":
                return Sum(list("persistentvolumeclaims").Select(claim => claim.Text("spec", "resources", "requests", "storage")));
            default:
                break;
        }

        var (kind, what) = name.StartsWith("limits.", StringComparison.Ordinal) ? ("limits", name["limits.".Length..])
            : name.StartsWith("requests.", StringComparison.Ordinal) ? ("requests", name["requests.".Length..])
            : name is "cpu" or "memory" or "ephemeral-storage" ? ("requests", name)
            : (string.Empty, string.Empty);
        return kind.Length == 0
            ? Quantity.Zero
            : Sum(Pods(quota, list).SelectMany(pod => pod.Items("spec", "containers")).Select(container => container.Text("resources", kind, what)));
    }

    private static IEnumerable<JsonObject> Pods(JsonObject quota, Func<string, IReadOnlyList<JsonObject>> list) =>
        list("pods").Where(pod => !PodStates.IsFinished(pod) && quota.Texts("spec", "scopes").All(scope => InScope(pod, scope)));

    private static bool InScope(JsonObject pod, string scope) => scope switch
    {
        "BestEffort" => IsBestEffort(pod),
        "NotBestEffort" => !IsBestEffort(pod),
        "Terminating" => pod.Number("spec", "activeDeadlineSeconds") is not null,
        "NotTerminating" => pod.Number("spec", "activeDeadlineSeconds") is null,
        "PriorityClass" => pod.Text("spec", "priorityClassName") is { Length: > 0 },
        _ => true,
    };

    private static bool IsBestEffort(JsonObject pod) => pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers"))
        .All(container => container.Fields("resources", "requests") is not { Count: > 0 } && container.Fields("resources", "limits") is not { Count: > 0 });

    private static Quantity Count(int count) => new(count * 1000L);

    private static Quantity Sum(IEnumerable<string?> texts) =>
        texts.Select(text => Quantity.Parse(text) ?? Quantity.Zero).Aggregate(Quantity.Zero, (sum, quantity) => sum + quantity);
}
