namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>What type() gives and a type's name is.</summary>
internal sealed record CelType(string Name);
