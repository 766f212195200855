using System.Runtime.CompilerServices;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.Server.Clusters;

/// <summary>The engine's view of the cluster, read through the client.</summary>
internal sealed class ClusterReader(KubernetesClient client) : IClusterReader
{
    private const int ObjectsAtOnce = 250;

    /// <inheritdoc/>
    public async Task<ApiCatalog> DiscoverAsync(CancellationToken cancellationToken)
    {
        try
        {
            var result = await client.Discovery.DiscoverAsync(refresh: true, cancellationToken);
            return new ApiCatalog(result.Resources, [.. result.Failures.Select(f => new DiscoveryFailure(f.GroupVersion, f.Reason))]);
        }
        catch (KubernetesException e)
        {
            throw Translate(e);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<RawObject>> ListAsync(
        ResourceType type, string? objectNamespace, string labelSelector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = client.ListAsync(type.Resource, new ListOptions { Namespace = objectNamespace, LabelSelector = labelSelector.Length == 0 ? null : labelSelector });
        await using var items = list.GetAsyncEnumerator(cancellationToken);
        var page = new List<RawObject>(ObjectsAtOnce);
        while (await NextAsync(items))
        {
            page.Add(items.Current);
            if (page.Count == ObjectsAtOnce)
            {
                yield return page;
                page = new List<RawObject>(ObjectsAtOnce);
            }
        }

        if (page.Count > 0)
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async Task<RawObject?> GetAsync(ResourceType type, ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindAsync(type.Resource, name.Namespace, name.Name, cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw Translate(e);
        }
    }

    internal static ClusterException Translate(KubernetesException error) =>
        new(error.Message, (int?)error.StatusCode ?? 0, error.Reason, error);

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<RawObject> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (KubernetesException e)
        {
            throw Translate(e);
        }
    }
}
