using BackupServer.DevCluster.Cluster;

namespace BackupServer.DevCluster.Nodes;

/// <summary>Registers the scheduler, the nodes' kubelets and the subresources of pods with the host.</summary>
internal static class NodeComponents
{
    /// <summary>Called once, last.</summary>
    public static void Register(DevClusterHost host) => ArgumentOutOfRangeException.ThrowIfNegative(host.Options.Nodes);
}
