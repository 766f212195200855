using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.VolumeBackups;

/// <summary>Which volume is copied, by whom and where to.</summary>
public sealed record VolumeBackupSpec
{
    /// <summary>Node whose agent does the work.</summary>
    [Required]
    public string Node { get; set; } = "";

    /// <summary>Running pod that has the volume mounted.</summary>
    [Required]
    public PodReference Pod { get; set; } = new();

    /// <summary>Name of the volume in the pod's specification.</summary>
    [Required]
    public string PodVolume { get; set; } = "";

    /// <summary>Claim, when the volume has one; in the pod's namespace.</summary>
    public string? Claim { get; set; }

    /// <summary>PersistentVolume, when the volume has one.</summary>
    public string? Volume { get; set; }

    /// <summary>Name of the BackupStorageLocation.</summary>
    [Required]
    public string StorageLocation { get; set; } = "";

    /// <summary>Path of the repository below the location's prefix.</summary>
    [Required]
    public string RepositoryPath { get; set; } = "";

    /// <summary>Name of the data mover plugin, for example FileCopy.</summary>
    [Required]
    public string DataMover { get; set; } = "";

    /// <summary>Tags of the snapshot.</summary>
    public Dictionary<string, string>? Tags { get; set; }

    /// <summary>What is read back before the snapshot is committed; Sample if absent.</summary>
    public VerificationMode? Verification { get; set; }

    /// <summary>Stop now and keep nothing half-done.</summary>
    public bool? Cancel { get; set; }
}
