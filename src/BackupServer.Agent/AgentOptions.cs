namespace BackupServer.Agent;

/// <summary>Settings of the agent, from its command line.</summary>
public sealed record AgentOptions
{
    /// <summary>Namespace of the server, its locations and the work units.</summary>
    public required string Namespace { get; init; }

    /// <summary>Node whose volumes this agent moves.</summary>
    public required string Node { get; init; }

    /// <summary>Name of the cluster, recorded as hostname of snapshots.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The kubelet's directory as this process sees it.</summary>
    public string KubeletRoot { get; init; } = "/var/lib/kubelet";

    /// <summary>Volumes that are moved at the same time.</summary>
    public int ConcurrentVolumes { get; init; } = 2;

    /// <summary>Directories with plugins; empty for those beside the program.</summary>
    public IReadOnlyList<string> PluginDirectories { get; init; } = [];
}
