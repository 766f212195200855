using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>The nodes of this cluster by name.</summary>
internal sealed class NodePool(IReadOnlyList<Kubelet> nodes)
{
    public IReadOnlyList<Kubelet> Nodes => nodes;

    /// <summary>The node of a Pod and its worker there; null when the Pod is on none of ours or not yet known to it.</summary>
    public (Kubelet Node, PodWorker Worker)? Find(System.Text.Json.Nodes.JsonObject pod)
    {
        var node = nodes.FirstOrDefault(candidate => candidate.NodeName == pod.Text("spec", "nodeName"));
        return node?.Find(pod.Uid()) is { } worker ? (node, worker) : null;
    }
}
