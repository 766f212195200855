using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.Server.Volumes;

/// <summary>Knows the nodes that have an agent, by the Leases that agents renew.</summary>
internal sealed class AgentNodes(KubernetesClient client, ServerOptions options, TimeProvider time)
{
    private static readonly GroupVersionResource Leases = new("coordination.k8s.io", "v1", "leases");

    /// <summary>Names of the nodes.</summary>
    public async Task<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var nodes = new HashSet<string>();
        var now = time.GetUtcNow();
        await foreach (var lease in client.ListAsync(Leases, new ListOptions { Namespace = options.Namespace, LabelSelector = Agents.NodeLabel }).WithCancellation(cancellationToken))
        {
            var renewed = (string?)lease.ToNode()["spec"]?["renewTime"];
            if (renewed is not null && now - DateTimeOffset.Parse(renewed) < Agents.MissingAfter)
            {
                nodes.Add(lease.Metadata.Labels[Agents.NodeLabel]);
            }
        }

        return nodes;
    }
}
