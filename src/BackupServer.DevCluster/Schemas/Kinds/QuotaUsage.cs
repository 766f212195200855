using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>What objects use of the resources that quotas limit.</summary>
internal static class QuotaUsage
{
    private static readonly Dictionary<string, (string Kind, string Resource)> Compute = new()
    {
        ["cpu"] = ("requests", "cpu"),
        ["memory"] = ("requests", "memory"),
        ["ephemeral-storage"] = ("requests", "ephemeral-storage"),
        ["requests.cpu"] = ("requests", "cpu"),
        ["requests.memory"] = ("requests", "memory"),
        ["requests.ephemeral-storage"] = ("requests", "ephemeral-storage"),
        ["limits.cpu"] = ("limits", "cpu"),
        ["limits.memory"] = ("limits", "memory"),
        ["limits.ephemeral-storage"] = ("limits", "ephemeral-storage"),
    };

    private static readonly string[] Counted =
        ["pods", "services", "secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas"];

    /// <summary>Of the limited resources those that one object uses, with the amounts.</summary>
    public static Dictionary<string, Quantity> Of(ResourceDefinition resource, JsonObject obj, IEnumerable<string> limited)
    {
        var usage = new Dictionary<string, Quantity>();
        foreach (var name in limited)
        {
            if (One(resource, obj, name) is { } amount)
            {
                usage[name] = amount;
            }
        }

        return usage;
    }

    /// <summary>What the namespace of a quota uses of the given resources now.</summary>
    public static Dictionary<string, Quantity> Total(ResourceService resources, JsonObject quota, IEnumerable<string> names)
    {
        var wanted = names.ToList();
        var total = wanted.ToDictionary(name => name, _ => Quantity.Zero);
        var scopes = Json.Texts(Json.Get(quota, "spec", "scopes")).ToList();
        foreach (var resource in resources.Catalog.All.Where(r => r.Namespaced && wanted.Exists(name => Concerns(r, name))).DistinctBy(r => r.Bucket))
        {
            foreach (var obj in resources.List(resource, quota.Namespace()).Select(stored => stored.ToJson()))
            {
                if (resource.Resource == "pods" && (IsFinished(obj) || !QuotaScopes.Match(obj, scopes)))
                {
                    continue;
                }

                foreach (var (name, amount) in Of(resource, obj, wanted))
                {
                    total[name] += amount;
                }
            }
        }

        return total;
    }

    /// <summary>The containers of a pod that leave out an amount a quota limits.</summary>
    public static IEnumerable<string> WithoutAmount(JsonObject pod, string name) =>
        Compute.TryGetValue(name, out var compute) && compute.Resource != "ephemeral-storage"
            ? PodFacts.Containers(pod).Where(container => Json.Text(container, "resources", compute.Kind, compute.Resource) is null)
                .Select(container => Json.Text(container, "name") ?? "")
            : [];

    private static bool IsFinished(JsonObject pod) => Json.Text(pod, "status", "phase") is "Succeeded" or "Failed";

    private static bool Concerns(ResourceDefinition resource, string name) =>
        name == "count/" + resource.GroupResource
        || (resource.Group.Length == 0 && (resource.Resource == name
            || (resource.Resource == "pods" && Compute.ContainsKey(name))
            || (resource.Resource == "services" && name.StartsWith("services.", StringComparison.Ordinal))
            || (resource.Resource == "persistentvolumeclaims" && name.EndsWith("requests.storage", StringComparison.Ordinal))
            || (resource.Resource == "persistentvolumeclaims" && name.EndsWith("/persistentvolumeclaims", StringComparison.Ordinal))));

    private static Quantity? One(ResourceDefinition resource, JsonObject obj, string name)
    {
        if (!Concerns(resource, name))
        {
            return null;
        }

        if (name.StartsWith("count/", StringComparison.Ordinal) || Counted.Contains(name))
        {
            return Quantity.FromInteger(1);
        }

        return resource.Resource switch
        {
            "pods" => PodFacts.Total(obj, Compute[name].Kind, Compute[name].Resource),
            "services" => Service(obj, name),
            _ => Claim(obj, name),
        };
    }

    private static Quantity Service(JsonObject service, string name) => (name, Json.Text(service, "spec", "type")) switch
    {
        ("services.loadbalancers", "LoadBalancer") => Quantity.FromInteger(1),
        ("services.nodeports", "NodePort" or "LoadBalancer") => Quantity.FromInteger(Json.Items(Json.Get(service, "spec", "ports")).Count()),
        _ => Quantity.Zero,
    };

    private static Quantity Claim(JsonObject claim, string name)
    {
        const string ByClass = ".storageclass.storage.k8s.io/";
        var at = name.IndexOf(ByClass, StringComparison.Ordinal);
        if (at >= 0 && name[..at] != Json.Text(claim, "spec", "storageClassName"))
        {
            return Quantity.Zero;
        }

        return name.EndsWith("requests.storage", StringComparison.Ordinal)
            ? Quantity.TryParse(Json.Text(claim, "spec", "resources", "requests", "storage"), out var size) ? size : Quantity.Zero
            : Quantity.FromInteger(1);
    }
}
