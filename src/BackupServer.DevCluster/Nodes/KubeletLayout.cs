using System.Globalization;

namespace BackupServer.DevCluster.Nodes;

/// <summary>Paths below a node's kubelet folder, as a kubelet lays them out; what reads volumes on a node finds them here in the same way.</summary>
internal sealed class KubeletLayout(string nodeFolder)
{
    /// <summary>What <c>/var/lib/kubelet</c> is.</summary>
    public string Root { get; } = Path.Combine(nodeFolder, "kubelet");

    public string Pod(string podUid) => Path.Combine(Root, "pods", podUid);

    /// <summary>Directory of a Pod's volume. The plugin is given as <c>kubernetes.io/empty-dir</c>; the slash becomes a tilde.</summary>
    public string Volume(string podUid, string plugin, string name) => Path.Combine(Pod(podUid), "volumes", EscapePlugin(plugin), name);

    /// <summary>The directory that stands for a container's file system.</summary>
    public string ContainerRoot(string podUid, string container) => Path.Combine(nodeFolder, "containers", podUid, container, "root");

    public string Containers(string podUid) => Path.Combine(nodeFolder, "containers", podUid);

    /// <summary>What <c>/var/log/pods</c> is: <c>namespace_name_uid/container/restart.log</c>.</summary>
    public string PodLogs(string ns, string name, string uid) => Path.Combine(nodeFolder, "logs", "pods", $"{ns}_{name}_{uid}");

    public string Log(string ns, string name, string uid, string container, int restart) =>
        Path.Combine(PodLogs(ns, name, uid), container, restart.ToString(CultureInfo.InvariantCulture) + ".log");

    public static string EscapePlugin(string plugin) => plugin.Replace('/', '~');
}
