using BackupServer.Engine.Archives;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>One volume whose data is restored.</summary>
/// <param name="Record">Its data.</param>
/// <param name="TargetNamespace">Namespace of the claim in the cluster; the claim keeps its name.</param>
public sealed record PlannedVolume(VolumeRecord Record, string TargetNamespace)
{
    /// <summary><c>namespace/claim</c> in the cluster.</summary>
    public string Key => $"{TargetNamespace}/{Record.Claim}";
}
