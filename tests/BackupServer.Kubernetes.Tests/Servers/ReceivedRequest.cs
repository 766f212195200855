namespace BackupServer.Kubernetes.Tests.Servers;

/// <summary>A request as the server saw it.</summary>
public sealed record ReceivedRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, string Body);
