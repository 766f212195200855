using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Clusters;

/// <summary>What the engine reads from a cluster. Safe for concurrent callers; retries of passing failures are the implementation's.</summary>
public interface IClusterReader
{
    /// <summary>Every resource that the cluster serves, all versions, and the groups that could not be asked.</summary>
    /// <exception cref="ClusterException">Nothing could be discovered.</exception>
    Task<ApiCatalog> DiscoverAsync(CancellationToken cancellationToken);

    /// <summary>
    /// All objects of a resource, page by page, in list order and none twice, as the API server sent them (with <c>apiVersion</c> and <c>kind</c>).
    /// </summary>
    /// <param name="type">The resource.</param>
    /// <param name="objectNamespace">One namespace; null for all, and for cluster-scoped resources.</param>
    /// <param name="labelSelector">Label selector as in the query of a list; empty for none.</param>
    /// <param name="cancellationToken">Stops between pages and in them.</param>
    /// <exception cref="ClusterException">The list was refused or broke off; pages that came before it count as not complete.</exception>
    IAsyncEnumerable<IReadOnlyList<RawObject>> ListAsync(
        ResourceType type, string? objectNamespace, string labelSelector, CancellationToken cancellationToken);

    /// <summary>One object, or null when it (or its resource) does not exist.</summary>
    /// <exception cref="ClusterException">The read was refused or failed.</exception>
    Task<RawObject?> GetAsync(ResourceType type, ObjectName name, CancellationToken cancellationToken);
}
