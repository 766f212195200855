using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Registry;

/// <summary>Reads the built-in resources from the embedded aggregated discovery document.</summary>
internal static class BuiltInResources
{
    /// <summary>Resources of different groups that show the same stored objects.</summary>
    private static readonly Dictionary<string, string> SharedBuckets = new() { ["events.k8s.io/events"] = "events" };

    /// <summary>The stored version where a group serves several built-in ones.</summary>
    private static readonly Dictionary<string, string> StorageVersions = new() { ["autoscaling/horizontalpodautoscalers"] = "v2", ["events.k8s.io/events"] = "v1" };

    public static IReadOnlyList<ResourceDefinition> Load(OpenApiSchemas schemas)
    {
        var all = new List<ResourceDefinition>();
        foreach (var group in EmbeddedData.ReadJson("discovery.json.gz")["items"]!.AsArray())
        {
            var groupName = (string?)group!["metadata"]!["name"] ?? "";
            foreach (var version in group["versions"]!.AsArray())
            {
                foreach (var resource in version!["resources"]!.AsArray())
                {
                    all.Add(Read(groupName, (string)version["version"]!, resource!.AsObject(), schemas));
                }
            }
        }

        return all;
    }

    private static ResourceDefinition Read(string group, string version, JsonObject resource, OpenApiSchemas schemas)
    {
        var plural = (string)resource["resource"]!;
        var kind = (string)resource["responseKind"]!["kind"]!;
        var path = group.Length == 0 ? plural : $"{group}/{plural}";
        return new ResourceDefinition
        {
            Group = group,
            Version = version,
            Resource = plural,
            Singular = (string)resource["singularResource"]!,
            Kind = kind,
            ListKind = kind + "List",
            Namespaced = (string)resource["scope"]! == "Namespaced",
            Verbs = Strings(resource["verbs"]),
            ShortNames = Strings(resource["shortNames"]),
            Categories = Strings(resource["categories"]),
            StorageVersion = StorageVersions.GetValueOrDefault(path, version),
            StorageVersionHash = (string?)resource["storageVersionHash"],
            Bucket = SharedBuckets.GetValueOrDefault(path, path),
            Schema = schemas.ForKind(group, version, kind),
            Subresources = [.. (resource["subresources"]?.AsArray() ?? []).Select(s => ReadSubresource(s!.AsObject(), group, version))],
        };
    }

    private static SubresourceDefinition ReadSubresource(JsonObject sub, string group, string version)
    {
        var bodyGroup = (string)sub["responseKind"]!["group"]!;
        var bodyVersion = (string)sub["responseKind"]!["version"]!;
        return new SubresourceDefinition(
            (string)sub["subresource"]!,
            bodyVersion.Length == 0 ? group : bodyGroup,
            bodyVersion.Length == 0 ? version : bodyVersion,
            (string)sub["responseKind"]!["kind"]!,
            Strings(sub["verbs"]));
    }

    private static string[] Strings(JsonNode? node) => node is JsonArray array ? [.. array.Select(n => (string)n!)] : [];
}
