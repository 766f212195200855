namespace BackupServer.Engine.Clusters;

/// <summary>A group version whose resources could not be discovered, usually because its API service is down.</summary>
/// <param name="GroupVersion"><c>group/version</c>.</param>
/// <param name="Message">What came back.</param>
public sealed record DiscoveryFailure(string GroupVersion, string Message);
