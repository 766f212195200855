namespace BackupServer.DevCluster.Registry;

/// <summary>A group version that an APIService gives to another server, which this one cannot reach.</summary>
/// <param name="Group">API group.</param>
/// <param name="Version">Version.</param>
/// <param name="GroupPriority">groupPriorityMinimum: groups of higher priority come first in discovery.</param>
/// <param name="VersionPriority">versionPriority: likewise for versions of a group.</param>
internal sealed record RemoteGroupVersion(string Group, string Version, long GroupPriority, long VersionPriority);
