using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;
using BackupServer.Quickstart.Applying;

namespace BackupServer.Quickstart.Telling;

/// <summary>The application as its manifests describe it.</summary>
internal sealed class Application
{
    private const int BigSecretBytes = 900_000;

    private Application(List<JsonObject> objects) => Objects = objects;

    /// <summary>Its objects, in the order in which they are applied.</summary>
    public List<JsonObject> Objects { get; }

    /// <summary>Its namespaces.</summary>
    public List<string> Namespaces => [.. Objects.Select(o => (string?)o["metadata"]!["namespace"]).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Reads the manifests. Those of the sample get a Secret of 900 kB besides, which nobody wants to read as YAML.</summary>
    public static Application Read(string directory)
    {
        var objects = Manifests.Read(directory);
        if (objects.Exists(o => (string?)o["kind"] == "Namespace" && (string?)o["metadata"]!["name"] == "shop"))
        {
            objects.Add(BigSecret());
        }

        return new Application(objects);
    }

    /// <summary>The cluster-scoped objects that belong to it, namespaces apart.</summary>
    public async Task<List<(ResourceType Type, string Name)>> ClusterScopedAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var found = new List<(ResourceType, string)>();
        foreach (var item in Objects.Where(o => o["metadata"]!["namespace"] is null && (string?)o["kind"] != "Namespace"))
        {
            var type = await client.Discovery.FindKindAsync((string)item["apiVersion"]!, (string)item["kind"]!, cancellationToken);
            if (type is { Namespaced: false })
            {
                found.Add((type, (string)item["metadata"]!["name"]!));
            }
        }

        return found;
    }

    private static JsonObject BigSecret()
    {
        var content = new byte[BigSecretBytes];
        new Random(900).NextBytes(content);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = "keystore", ["namespace"] = "shop" },
            ["type"] = "Opaque",
            ["data"] = new JsonObject { ["keystore.p12"] = Convert.ToBase64String(content) },
        };
    }
}
