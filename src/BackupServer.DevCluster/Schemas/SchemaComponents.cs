using BackupServer.DevCluster.Cluster;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Registers behaviours of built-in kinds, custom resources and printer columns with the host.</summary>
internal static class SchemaComponents
{
    /// <summary>Called once, before controllers and nodes register.</summary>
    public static void Register(DevClusterHost host) => host.Behaviours.CustomResources = new KindBehaviour();
}
