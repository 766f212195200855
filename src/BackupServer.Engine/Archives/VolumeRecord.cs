using System.Text.Json.Serialization;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Volumes;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Engine.Archives;

/// <summary>What was done about one volume: an element of <see cref="ArchiveLayout.Volumes"/>.</summary>
public sealed record VolumeRecord
{
    /// <summary>Namespace of claim and pod.</summary>
    [JsonPropertyName("namespace")]
    public required string Namespace { get; init; }

    /// <summary>Claim; null for a pod volume without one.</summary>
    [JsonPropertyName("claim")]
    public string? Claim { get; init; }

    /// <summary>Pod it was copied through; null when none was.</summary>
    [JsonPropertyName("pod")]
    public string? Pod { get; init; }

    /// <summary>Name of the volume in the pod.</summary>
    [JsonPropertyName("podVolume")]
    public string? PodVolume { get; init; }

    /// <summary>PersistentVolume; null when there was none.</summary>
    [JsonPropertyName("volume")]
    public string? Volume { get; init; }

    /// <summary>How it is protected.</summary>
    [JsonPropertyName("method")]
    public required VolumeMethod Method { get; init; }

    /// <summary>Why so.</summary>
    [JsonPropertyName("reason")]
    public required VolumeReason Reason { get; init; }

    /// <summary>The reason in words, or what went wrong; null when all is well.</summary>
    [JsonPropertyName("explanation")]
    public string? Explanation { get; init; }

    /// <summary>Path of the repository with its data, below the location's prefix; null when there is no data.</summary>
    [JsonPropertyName("repository")]
    public string? Repository { get; init; }

    /// <summary>Id of the snapshot with its data; null when there is no data.</summary>
    [JsonPropertyName("snapshotID")]
    public string? SnapshotId { get; init; }

    /// <summary>Files, directories and others in the snapshot.</summary>
    [JsonPropertyName("files")]
    public long Files { get; init; }

    /// <summary>Bytes of the files.</summary>
    [JsonPropertyName("bytes")]
    public long Bytes { get; init; }

    /// <summary>Reclaim policy of the PersistentVolume; null when unknown.</summary>
    [JsonPropertyName("reclaimPolicy")]
    public string? ReclaimPolicy { get; init; }

    /// <summary>Capacity of the PersistentVolume in bytes; null when unknown.</summary>
    [JsonPropertyName("capacity")]
    public decimal? Capacity { get; init; }

    /// <summary>Whether the backup holds its data.</summary>
    [JsonIgnore]
    public bool HasData => Method == VolumeMethod.FileCopy && SnapshotId is not null && Repository is not null;

    /// <summary>Whether its data is missing because somebody chose that, or because there was none.</summary>
    [JsonIgnore]
    public bool IsLeftOutKnowingly =>
        Reason is VolumeReason.OptOut or VolumeReason.NotChosen or VolumeReason.NotBound or VolumeReason.ClaimExcluded or VolumeReason.Scratch;

    /// <summary>The volume as messages name it.</summary>
    [JsonIgnore]
    public string About => Claim is not null ? $"persistentvolumeclaims {Namespace}/{Claim}" : $"pods {Namespace}/{Pod} volume {PodVolume}";

    /// <summary>For the status of a backup.</summary>
    public BackupVolumeSummary ToSummary() => new()
    {
        Claim = Claim is null ? null : $"{Namespace}/{Claim}",
        PodVolume = Pod is null ? null : $"{Namespace}/{Pod}/{PodVolume}",
        Volume = Volume,
        Method = Method,
        Reason = Explanation,
        SnapshotId = SnapshotId,
        Files = Files,
        Bytes = Bytes,
    };
}
