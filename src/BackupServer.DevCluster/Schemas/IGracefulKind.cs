namespace BackupServer.DevCluster.Schemas;

/// <summary>Marks behaviours of kinds whose deletion answer shows the deletion timestamp even when the object went at once (Pod).</summary>
internal interface IGracefulKind;
