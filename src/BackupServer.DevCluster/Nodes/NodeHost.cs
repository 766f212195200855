using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>Runs all nodes, and when the cluster stops ends what they leave: the guard of processes, and the folder of a cluster that keeps nothing.</summary>
internal sealed class NodeHost(IReadOnlyList<Kubelet> nodes, ChildGuard guard, string? temporaryFolder, ILogger logger) : IController
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public string Name => "nodes";

    public async Task RunAsync(CancellationToken ct)
    {
        await Task.WhenAll(nodes.Select(node => KeepAsync(node, ct)));
        guard.Dispose();
        // The cluster is stopping, which is what ct says: the folder goes all the same.
        if (temporaryFolder is not null) await FolderRemoval.RemoveAsync(temporaryFolder, CancellationToken.None);
    }

    private async Task KeepAsync(Kubelet node, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await node.RunAsync(ct);
            }
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                logger.LogError(exception, "{Node} failed and is started again", node.NodeName);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
