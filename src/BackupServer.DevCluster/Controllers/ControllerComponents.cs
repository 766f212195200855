using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;

namespace BackupServer.DevCluster.Controllers;

/// <summary>Registers control loops and admission plugins with the host.</summary>
internal static class ControllerComponents
{
    /// <summary>Called once, after the schemas registered.</summary>
    public static void Register(DevClusterHost host) => host.Admission.Add(new NamespaceLifecycle());
}
