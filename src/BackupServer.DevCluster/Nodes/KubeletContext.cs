using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>What the workers of one node's Pods share.</summary>
internal sealed record KubeletContext(
    string NodeName, string HostIp, IObjectClient Client, EventRecorder Events, KubeletLayout Layout, PodVolumes Volumes, ChildGuard Guard,
    TimeProvider Time, ILogger Logger);
