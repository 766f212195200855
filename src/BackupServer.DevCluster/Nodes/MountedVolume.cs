namespace BackupServer.DevCluster.Nodes;

/// <summary>A volume of a Pod that is ready: what its containers' mounts point at.</summary>
/// <param name="Name">Name in the Pod.</param>
/// <param name="Path">A directory, a file, or a link to one.</param>
internal sealed record MountedVolume(string Name, string Path);
