namespace BackupServer.DevCluster.Nodes;

/// <summary>Something a Pod needs is not there (yet): a ConfigMap, a Secret, a key, a claim. The Pod waits for it.</summary>
internal sealed class MissingConfigurationException(string message) : Exception(message);
