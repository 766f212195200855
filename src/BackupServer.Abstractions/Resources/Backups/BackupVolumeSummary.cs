using System.Text.Json.Serialization;

namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>What was done about one volume.</summary>
public sealed record BackupVolumeSummary
{
    /// <summary>Claim, as namespace/name; empty for a pod volume without a claim.</summary>
    public string? Claim { get; set; }

    /// <summary>Pod volume, as namespace/pod/volume.</summary>
    public string? PodVolume { get; set; }

    /// <summary>Name of the PersistentVolume.</summary>
    public string? Volume { get; set; }

    /// <summary>How the data is protected.</summary>
    public VolumeMethod Method { get; set; }

    /// <summary>Why it is skipped, or what went wrong.</summary>
    public string? Reason { get; set; }

    /// <summary>Id of the snapshot in the repository of the claim's namespace.</summary>
    [JsonPropertyName("snapshotID")]
    public string? SnapshotId { get; set; }

    /// <summary>Files, directories and others in the snapshot.</summary>
    public long Files { get; set; }

    /// <summary>Bytes of the files.</summary>
    public long Bytes { get; set; }
}
