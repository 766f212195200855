namespace BackupServer.Engine.Volumes;

/// <summary>One volume of a pod.</summary>
/// <param name="Name">Name in the pod's specification.</param>
/// <param name="Source">Member that says where it comes from, for example <c>emptyDir</c>; empty when there is none.</param>
/// <param name="Claim">Claim in the pod's namespace; null when it is not on a claim.</param>
/// <param name="Mounted">Whether a container mounts it as a directory.</param>
/// <param name="Device">Whether a container has it as a block device.</param>
public sealed record PodVolumeFacts(string Name, string Source, string? Claim, bool Mounted, bool Device);
