using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.ApiServices;

/// <summary>The APIService objects of what this server serves itself, which it keeps by itself.</summary>
internal static class LocalApiServices
{
    public const string Resource = "apiservices.apiregistration.k8s.io";
    public const string Automanaged = "kube-aggregator.kubernetes.io/automanaged";

    private const int HighestPriority = 18000;
    private const int CustomPriority = 1000;

    /// <summary>Name of a group version's object: <c>v1.apps</c>; the core group's ends with the dot.</summary>
    public static string NameOf(string group, string version) => $"{version}.{group}";

    /// <summary>The object of a built-in group version, by its place in discovery.</summary>
    public static JsonObject BuiltIn(string group, string version, int place) => Describe(group, version, HighestPriority - (100 * place), 15, "onstart");

    /// <summary>The object of a custom group version.</summary>
    public static JsonObject Custom(string group, string version) => Describe(group, version, CustomPriority, 100, "true");

    private static JsonObject Describe(string group, string version, int groupPriority, int versionPriority, string automanaged) => new()
    {
        ["apiVersion"] = "apiregistration.k8s.io/v1",
        ["kind"] = "APIService",
        ["metadata"] = new JsonObject { ["name"] = NameOf(group, version), ["labels"] = new JsonObject { [Automanaged] = automanaged } },
        ["spec"] = group.Length == 0
            ? new JsonObject { ["version"] = version, ["groupPriorityMinimum"] = groupPriority, ["versionPriority"] = versionPriority }
            : new JsonObject { ["group"] = group, ["version"] = version, ["groupPriorityMinimum"] = groupPriority, ["versionPriority"] = versionPriority },
    };
}
