namespace BackupServer.Kubernetes.Errors;

/// <summary>
/// A watch or a list asked for a state the server no longer has (410). The caller must list anew; nothing it has read since is
/// known to be complete.
/// </summary>
public sealed class ResourceExpiredException(string message, Exception? inner = null) : KubernetesException(message, inner);
