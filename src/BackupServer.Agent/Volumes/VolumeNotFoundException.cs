namespace BackupServer.Agent.Volumes;

/// <summary>A volume is not mounted on this node.</summary>
/// <param name="message">Which, where it was looked for, and why it may be missing.</param>
public sealed class VolumeNotFoundException(string message) : Exception(message);
