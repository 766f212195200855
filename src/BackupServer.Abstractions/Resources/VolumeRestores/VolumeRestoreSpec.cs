using System.Text.Json.Serialization;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.VolumeRestores;

/// <summary>Which snapshot is written into which volume, and by whom.</summary>
public sealed record VolumeRestoreSpec
{
    /// <summary>Node whose agent does the work.</summary>
    [Required]
    public string Node { get; set; } = "";

    /// <summary>Pod that has the volume mounted.</summary>
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

    /// <summary>Id of the snapshot to write.</summary>
    [Required]
    [JsonPropertyName("snapshotID")]
    public string SnapshotId { get; set; } = "";

    /// <summary>Name of the data mover plugin that made the snapshot.</summary>
    [Required]
    public string DataMover { get; set; } = "";

    /// <summary>Stop now.</summary>
    public bool? Cancel { get; set; }
}
