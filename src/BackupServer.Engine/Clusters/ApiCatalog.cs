using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Clusters;

/// <summary>What a cluster serves.</summary>
public sealed record ApiCatalog
{
    private readonly Lazy<ILookup<GroupResource, ResourceType>> _byResource;

    /// <summary>Takes the resources in the order the server names its groups and versions.</summary>
    public ApiCatalog(IReadOnlyList<ResourceType> types, IReadOnlyList<DiscoveryFailure>? failures = null)
    {
        Types = types;
        Failures = failures ?? [];
        _byResource = new(() => Types.ToLookup(type => type.Resource.GroupResource));
    }

    /// <summary>Every resource, all served versions; no subresources.</summary>
    public IReadOnlyList<ResourceType> Types { get; }

    /// <summary>Group versions that could not be asked.</summary>
    public IReadOnlyList<DiscoveryFailure> Failures { get; }

    /// <summary>The version the server prefers, or the first that is served; null when the resource is not served.</summary>
    public ResourceType? Find(GroupResource resource)
    {
        var versions = _byResource.Value[resource];
        return versions.FirstOrDefault(type => type.Preferred) ?? versions.FirstOrDefault();
    }

    /// <summary>Exactly this version; null when it is not served.</summary>
    public ResourceType? Find(GroupVersionResource resource) =>
        _byResource.Value[resource.GroupResource].FirstOrDefault(type => type.Resource == resource);

    /// <summary>The resource of a kind as owner references and scale targets name it; null when it is not served.</summary>
    public ResourceType? FindKind(string apiVersion, string kind) =>
        Types.FirstOrDefault(type => type.Kind == kind && type.Resource.ApiVersion == apiVersion);
}
