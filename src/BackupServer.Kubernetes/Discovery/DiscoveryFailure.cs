namespace BackupServer.Kubernetes.Discovery;

/// <summary>A group version whose resources could not be read, usually because the service of an aggregated API is down.</summary>
/// <param name="GroupVersion">For example <c>metrics.k8s.io/v1beta1</c>.</param>
/// <param name="Reason">What came back.</param>
public sealed record DiscoveryFailure(string GroupVersion, string Reason);
