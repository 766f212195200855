using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Cluster;

/// <summary>Objects that exist in every cluster before the first request.</summary>
internal static class Bootstrap
{
    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    /// <summary>Creates what is missing. Idempotent.</summary>
    public static void Run(ResourceService resources)
    {
        var options = WriteOptions.Controller("kube-apiserver");
        var namespaces = resources.Catalog.Get("", "v1", "namespaces");
        foreach (var name in Namespaces.Where(n => resources.Find(namespaces, "", n) is null))
        {
            var obj = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name } } };
            resources.Create(namespaces, "", obj, options);
        }
    }
}
