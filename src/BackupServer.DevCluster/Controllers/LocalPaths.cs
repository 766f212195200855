namespace BackupServer.DevCluster.Controllers;

/// <summary>Where the cluster keeps what is not an object: volumes' directories and the nodes' kubelet folders.</summary>
internal sealed class LocalPaths(string root)
{
    /// <summary>The data folder; absolute.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Directory of the data of a volume we provisioned, or that stands in for storage we do not have.</summary>
    public string Volume(string persistentVolume) => Path.Combine(Root, "volumes", persistentVolume);

    public string Node(string node) => Path.Combine(Root, "nodes", node);

    /// <summary>What <c>/var/lib/kubelet</c> is on a real node.</summary>
    public string Kubelet(string node) => Path.Combine(Node(node), "kubelet");
}
