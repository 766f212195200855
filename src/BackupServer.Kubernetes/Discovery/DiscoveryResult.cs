using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Discovery;

/// <summary>What a cluster serves, and what could not be found out.</summary>
public sealed class DiscoveryResult(IReadOnlyList<ResourceType> resources, IReadOnlyList<DiscoveryFailure> failures)
{
    private readonly Dictionary<GroupVersionResource, ResourceType> _byAddress = resources.DistinctBy(r => r.Resource).ToDictionary(r => r.Resource);

    /// <summary>Every resource of every served version, in the server's order of groups and versions.</summary>
    public IReadOnlyList<ResourceType> Resources { get; } = resources;

    /// <summary>Group versions that did not answer. Their resources may exist all the same.</summary>
    public IReadOnlyList<DiscoveryFailure> Failures { get; } = failures;

    /// <summary>Each resource once, in the version the server prefers for its group, else in the first version that has it.</summary>
    public IReadOnlyList<ResourceType> Preferred { get; } =
        [.. resources.GroupBy(r => r.Resource.GroupResource).Select(versions => versions.FirstOrDefault(r => r.Preferred) ?? versions.First())];

    /// <summary>The resource at exactly this address, or null.</summary>
    public ResourceType? Find(GroupVersionResource resource) => _byAddress.GetValueOrDefault(resource);

    /// <summary>The resource in its preferred version, or null.</summary>
    public ResourceType? Find(GroupResource resource) => Preferred.FirstOrDefault(r => r.Resource.GroupResource == resource);

    /// <summary>The resource that serves a kind, or null.</summary>
    /// <param name="apiVersion">Value of <c>apiVersion</c>, for example <c>apps/v1</c>.</param>
    /// <param name="kind">Kind, for example <c>Deployment</c>.</param>
    public ResourceType? FindKind(string apiVersion, string kind) =>
        Resources.FirstOrDefault(r => r.Kind == kind && r.Resource.ApiVersion == apiVersion);

    /// <summary>
    /// The resource a user means: plural, singular, short name or kind, with or without <c>.group</c>, in any case. Where several match, the
    /// server's order of groups decides, as in kubectl. Null when none matches.
    /// </summary>
    public ResourceType? Resolve(string text)
    {
        var wanted = GroupResource.Parse(text.ToLowerInvariant());
        return Preferred.FirstOrDefault(r => r.Resource.GroupResource == wanted)
            ?? Preferred.FirstOrDefault(r => (wanted.Group.Length == 0 || r.Resource.Group == wanted.Group) && IsCalled(r, wanted.Resource));
    }

    private static bool IsCalled(ResourceType type, string name) =>
        type.Resource.Resource == name || type.SingularName == name || type.ShortNames.Contains(name)
        || type.Kind.Equals(name, StringComparison.OrdinalIgnoreCase);
}
