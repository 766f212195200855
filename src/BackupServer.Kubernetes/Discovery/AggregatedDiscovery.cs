using System.Text.Json;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Discovery;

/// <summary>Reads <c>APIGroupDiscoveryList</c> (KEP-3352): all groups, versions and resources in one document.</summary>
internal static class AggregatedDiscovery
{
    public const string Accept =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    public static bool IsAggregated(string contentType) => contentType.Contains("as=APIGroupDiscoveryList", StringComparison.OrdinalIgnoreCase);

    public static void Read(ReadOnlySpan<byte> body, List<ResourceType> resources, List<DiscoveryFailure> failures)
    {
        var document = JsonSerializer.Deserialize<Document>(body, KubernetesJson.Options);
        foreach (var group in document?.Items ?? [])
        {
            // The versions are ordered by preference.
            foreach (var (index, version) in group.Versions.Index())
            {
                if (version.Freshness == "Stale")
                {
                    var name = group.Metadata.Name.Length == 0 ? version.Version : $"{group.Metadata.Name}/{version.Version}";
                    failures.Add(new DiscoveryFailure(name, "its API service does not answer the server (stale)"));
                }

                // A stale version still shows the resources it had: unreachable now, and better named than passed over.
                resources.AddRange(version.Resources.Select(resource => Convert(group.Metadata.Name, version.Version, index == 0, resource)));
            }
        }
    }

    private static ResourceType Convert(string group, string version, bool preferred, Resource resource) => new()
    {
        Resource = new GroupVersionResource(group, version, resource.Name),
        Kind = resource.ResponseKind?.Kind ?? "",
        Namespaced = resource.Scope == "Namespaced",
        Preferred = preferred,
        Verbs = resource.Verbs,
        Subresources = [.. resource.Subresources.Select(sub => sub.Subresource)],
        ShortNames = resource.ShortNames,
        Categories = resource.Categories,
        SingularName = resource.SingularResource,
    };

    private sealed record Document
    {
        public List<Group> Items { get; init; } = [];
    }

    private sealed record Group
    {
        public ObjectMeta Metadata { get; init; } = new();

        public List<GroupVersion> Versions { get; init; } = [];
    }

    private sealed record GroupVersion
    {
        public string Version { get; init; } = "";

        public string Freshness { get; init; } = "";

        public List<Resource> Resources { get; init; } = [];
    }

    private sealed record Resource
    {
        [System.Text.Json.Serialization.JsonPropertyName("resource")]
        public string Name { get; init; } = "";

        public ResponseKind? ResponseKind { get; init; }

        public string Scope { get; init; } = "";

        public string SingularResource { get; init; } = "";

        public List<string> Verbs { get; init; } = [];

        public List<string> ShortNames { get; init; } = [];

        public List<string> Categories { get; init; } = [];

        public List<Sub> Subresources { get; init; } = [];
    }

    private sealed record ResponseKind(string Group, string Version, string Kind);

    private sealed record Sub(string Subresource);
}
