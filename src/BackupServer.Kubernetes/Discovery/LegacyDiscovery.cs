using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Transport;

namespace BackupServer.Kubernetes.Discovery;

/// <summary>Reads <c>APIGroupList</c> and one <c>APIResourceList</c> for each group version, as servers before 1.26 offer them.</summary>
internal static class LegacyDiscovery
{
    /// <summary>Group versions of <c>/apis</c>, by preference.</summary>
    public static IEnumerable<(string GroupVersion, bool Preferred)> ReadGroups(ReadOnlySpan<byte> body)
    {
        var groups = JsonSerializer.Deserialize<Groups>(body, KubernetesJson.Options)?.Items ?? [];
        return groups.SelectMany(group => group.Versions.Select(version =>
            (version.GroupVersion, version.GroupVersion == (group.PreferredVersion?.GroupVersion ?? group.Versions[0].GroupVersion))));
    }

    /// <summary>Versions of <c>/api</c>, by preference.</summary>
    public static IEnumerable<(string GroupVersion, bool Preferred)> ReadVersions(ReadOnlySpan<byte> body) =>
        (JsonSerializer.Deserialize<Core>(body, KubernetesJson.Options)?.Versions ?? []).Select((version, index) => (version, index == 0));

    /// <summary>Reads the resources of some group versions, several at once. One that fails is noted, and hurts no other.</summary>
    public static async Task ReadResourcesAsync(
        ApiTransport transport,
        IReadOnlyList<(string GroupVersion, bool Preferred)> versions,
        List<ResourceType> resources,
        List<DiscoveryFailure> failures,
        CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(versions.Select(async version =>
        {
            try
            {
                var path = version.GroupVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{version.GroupVersion}" : $"/api/{version.GroupVersion}";
                var answer = await transport.SendAsync(DiscoveryClient.Request(path, ApiRequest.Json), cancellationToken);
                return (Resources: Read(answer.Body, version.GroupVersion, version.Preferred), Failure: null);
            }
            catch (Exception e) when (e is KubernetesException or JsonException)
            {
                return (Resources: (List<ResourceType>)[], Failure: (DiscoveryFailure?)new DiscoveryFailure(version.GroupVersion, e.Message));
            }
        }));

        resources.AddRange(answers.SelectMany(answer => answer.Resources));
        failures.AddRange(answers.Select(answer => answer.Failure).OfType<DiscoveryFailure>());
    }

    private static List<ResourceType> Read(ReadOnlySpan<byte> body, string groupVersion, bool preferred)
    {
        var slash = groupVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : groupVersion[..slash];
        var version = groupVersion[(slash + 1)..];
        var all = JsonSerializer.Deserialize<ResourceList>(body, KubernetesJson.Options)?.Resources ?? [];
        var subresources = all.Where(r => r.Name.Contains('/', StringComparison.Ordinal)).ToLookup(r => r.Name.Split('/')[0], r => r.Name.Split('/', 2)[1]);
        return
        [
            .. all.Where(r => !r.Name.Contains('/', StringComparison.Ordinal)).Select(r => new ResourceType
            {
                Resource = new GroupVersionResource(group, version, r.Name),
                Kind = r.Kind,
                Namespaced = r.Namespaced,
                Preferred = preferred,
                Verbs = r.Verbs,
                Subresources = [.. subresources[r.Name]],
                ShortNames = r.ShortNames,
                Categories = r.Categories,
                SingularName = r.SingularName,
            }),
        ];
    }

    private sealed record Core
    {
        public List<string> Versions { get; init; } = [];
    }

    private sealed record Groups
    {
        [System.Text.Json.Serialization.JsonPropertyName("groups")]
        public List<Group> Items { get; init; } = [];
    }

    private sealed record Group
    {
        public List<GroupVersionEntry> Versions { get; init; } = [];

        public GroupVersionEntry? PreferredVersion { get; init; }
    }

    private sealed record GroupVersionEntry(string GroupVersion, string Version);

    private sealed record ResourceList
    {
        public List<Resource> Resources { get; init; } = [];
    }

    private sealed record Resource
    {
        public string Name { get; init; } = "";

        public string SingularName { get; init; } = "";

        public string Kind { get; init; } = "";

        public bool Namespaced { get; init; }

        public List<string> Verbs { get; init; } = [];

        public List<string> ShortNames { get; init; } = [];

        public List<string> Categories { get; init; } = [];
    }
}
