using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
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

    /// <summary>
    /// Ends when the agent of a node has given no sign of life for <see cref="Agents.MissingAfter"/>, measured here from when its last one was seen: clocks of
    /// nodes need not agree. An agent that is started again within that time goes on with its work, and nothing is noticed.
    /// </summary>
    public async Task WaitUntilGoneAsync(string node, CancellationToken cancellationToken)
    {
        string? last = null;
        var seen = time.GetTimestamp();
        while (time.GetElapsedTime(seen) < Agents.MissingAfter)
        {
            await Task.Delay(Agents.RenewInterval, time, cancellationToken);
            try
            {
                var lease = await client.FindAsync(Leases, options.Namespace, Agents.LeaseName(node), cancellationToken);
                var renewed = (string?)lease?.ToNode()["spec"]?["renewTime"];
                if (renewed is not null && renewed != last)
                {
                    (last, seen) = (renewed, time.GetTimestamp());
                }
            }
            catch (KubernetesException)
            {
                // While the API server does not answer us, the agent's silence says nothing.
                seen = time.GetTimestamp();
            }
        }
    }
}
