using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;

namespace BackupServer.Server.Clusters;

/// <summary>Tells this cluster from others: by the unique id of its namespace kube-system, which lives as long as the cluster.</summary>
internal sealed class ClusterIdentity(KubernetesClient client)
{
    private string? _uid;

    /// <summary>The unique id.</summary>
    public async Task<string> UidAsync(CancellationToken cancellationToken) =>
        _uid ??= (await client.GetAsync(new GroupVersionResource("", "v1", "namespaces"), null, "kube-system", cancellationToken)).Metadata.Uid;
}
