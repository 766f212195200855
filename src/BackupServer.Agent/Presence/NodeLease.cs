using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Writes;
using Microsoft.Extensions.Logging;

namespace BackupServer.Agent.Presence;

/// <summary>Shows the server that this node has an agent: a Lease that is renewed while the process lives.</summary>
internal sealed partial class NodeLease(KubernetesClient client, AgentOptions options, TimeProvider time, ILogger<NodeLease> logger)
{
    private static readonly GroupVersionResource Leases = new("coordination.k8s.io", "v1", "leases");

    /// <summary>Renews until cancelled. Failures are logged and tried again: the work goes on without it for a while.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Agents.RenewInterval, time);
        do
        {
            try
            {
                await RenewAsync(cancellationToken);
            }
            catch (KubernetesException e)
            {
                LogNotRenewed(logger, options.Node, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var lease = new JsonObject
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject
            {
                ["name"] = Agents.LeaseName(options.Node),
                ["namespace"] = options.Namespace,
                ["labels"] = new JsonObject { [Agents.NodeLabel] = options.Node, [Labels.ExcludeFromBackup] = "true" },
            },
            ["spec"] = new JsonObject
            {
                ["holderIdentity"] = options.Node,
                ["leaseDurationSeconds"] = (int)Agents.MissingAfter.TotalSeconds,
                ["renewTime"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
            },
        };
        var write = new WriteOptions { FieldManager = "backupserver-agent", Force = true };
        _ = await client.PatchAsync(Leases, options.Namespace, Agents.LeaseName(options.Node), Patch.Apply(RawObject.From(lease).Utf8), write, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Lease of node {Node} was not renewed; after a while the server takes this node for one without agent: {Error}")]
    private static partial void LogNotRenewed(ILogger logger, string node, string error);
}
