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

    /// <summary>
    /// Reads the manifests. Those of the sample get a Secret of 900 kB besides, which nobody wants to read as YAML; namespaces that no manifest
    /// describes are made.
    /// </summary>
    /// <exception cref="UsageException">They cannot be read, or name no namespace.</exception>
    public static Application Read(string directory)
    {
        var objects = Manifests.Read(directory);
        var described = objects.Where(o => (string?)o["kind"] == "Namespace").Select(o => (string?)o["metadata"]!["name"]).ToHashSet();
        var used = objects.Select(o => (string?)o["metadata"]!["namespace"]).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (used.Count == 0)
        {
            throw new UsageException($"--manifests: no object in {directory} has a metadata.namespace; the quickstart deletes and restores whole namespaces, so the objects must say theirs");
        }

        if (described.Contains("shop"))
        {
            objects.Add(BigSecret());
        }

        objects.InsertRange(0, used.Where(ns => !described.Contains(ns)).Select(Namespace));
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

    private static JsonObject Namespace(string name) =>
        new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };

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
