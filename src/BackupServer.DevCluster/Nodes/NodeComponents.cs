using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>Registers the nodes' kubelets and the subresources of pods with the host.</summary>
internal static class NodeComponents
{
    /// <summary>Called once, last.</summary>
    public static void Register(DevClusterHost host, ControllerContext context)
    {
        var count = host.Options.Nodes;
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var guard = new ChildGuard();
        var nodes = new NodePool([.. Enumerable.Range(1, count).Select(index => new Kubelet(context, guard, index))]);
        host.Subresources.Add("pods/log", new PodLogHandler(nodes));
        host.Subresources.Add("pods/exec", new PodExecHandler(nodes));
        host.Controllers.Add(new LostPodCollector(context));
        host.Controllers.Add(new NodeHost(nodes.Nodes, guard, host.Options.Data is null ? context.Paths.Root : null, context.Logger));
    }
}
