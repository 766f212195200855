using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Which pods a quota's scope counts.</summary>
internal static class QuotaScopes
{
    private static readonly HashSet<string> Compute =
        ["pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "ephemeral-storage", "requests.ephemeral-storage", "limits.ephemeral-storage"];

    /// <summary>Whether a quota with the scope may limit the resource.</summary>
    public static bool Supports(string scope, string resource) => scope switch
    {
        "BestEffort" => resource == "pods",
        "Terminating" or "NotTerminating" or "NotBestEffort" or "PriorityClass" or "CrossNamespacePodAffinity" => Compute.Contains(resource),
        _ => true,
    };

    /// <summary>Whether the pod counts under all the scopes.</summary>
    public static bool Match(JsonObject pod, IEnumerable<string> scopes) => scopes.All(scope => scope switch
    {
        "BestEffort" => PodFacts.QualityOfService(pod) == "BestEffort",
        "NotBestEffort" => PodFacts.QualityOfService(pod) != "BestEffort",
        "Terminating" => Json.Integer(pod, "spec", "activeDeadlineSeconds") is not null,
        "NotTerminating" => Json.Integer(pod, "spec", "activeDeadlineSeconds") is null,
        _ => true,
    });
}
