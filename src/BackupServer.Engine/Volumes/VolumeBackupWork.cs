using BackupServer.Abstractions.Resources.Backups;

namespace BackupServer.Engine.Volumes;

/// <summary>One volume to copy, by the agent of the node where a pod has it mounted.</summary>
public sealed record VolumeBackupWork
{
    /// <summary>Unique id of the backup.</summary>
    public required string RunUid { get; init; }

    /// <summary>Name of the backup.</summary>
    public required string RunName { get; init; }

    /// <summary>Which volume of the backup; the same in every run: <c>namespace/claim</c>, or <c>namespace/pod/volume</c> without a claim.</summary>
    public required string Key { get; init; }

    /// <summary>Node whose agent does it.</summary>
    public required string Node { get; init; }

    /// <summary>Namespace of the pod and the claim.</summary>
    public required string Namespace { get; init; }

    /// <summary>Running pod that has the volume mounted.</summary>
    public required string Pod { get; init; }

    /// <summary>Unique id of the pod.</summary>
    public required string PodUid { get; init; }

    /// <summary>Name of the volume in the pod's specification.</summary>
    public required string PodVolume { get; init; }

    /// <summary>Claim; null when the volume has none.</summary>
    public string? Claim { get; init; }

    /// <summary>PersistentVolume; null when the volume has none.</summary>
    public string? Volume { get; init; }

    /// <summary>Name of the storage location.</summary>
    public required string StorageLocation { get; init; }

    /// <summary>Path of the repository below the location's prefix.</summary>
    public required string RepositoryPath { get; init; }

    /// <summary>What is read back before the snapshot is committed.</summary>
    public VerificationMode Verification { get; init; } = VerificationMode.Sample;

    /// <summary>Tags of the snapshot.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }
}
