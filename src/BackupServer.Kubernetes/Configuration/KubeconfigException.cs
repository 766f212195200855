namespace BackupServer.Kubernetes.Configuration;

/// <summary>A kubeconfig, or something it points to, cannot be used. The message names file, entry and field, and what to do.</summary>
public sealed class KubeconfigException(string message, Exception? inner = null) : Exception(message, inner);
