using System.Text.Json.Serialization;

namespace BackupServer.Repository.Snapshots;

/// <summary>What a backup did, in numbers. Stock restic shows sizes from it.</summary>
public sealed record SnapshotSummary
{
    /// <summary>When the backup began.</summary>
    [JsonPropertyName("backup_start")]
    [JsonConverter(typeof(Rfc3339JsonConverter))]
    public DateTimeOffset BackupStart { get; init; }

    /// <summary>When all was stored.</summary>
    [JsonPropertyName("backup_end")]
    [JsonConverter(typeof(Rfc3339JsonConverter))]
    public DateTimeOffset BackupEnd { get; init; }

    /// <summary>Files that the parent does not have.</summary>
    [JsonPropertyName("files_new")]
    public long FilesNew { get; init; }

    /// <summary>Files that differ from the parent's.</summary>
    [JsonPropertyName("files_changed")]
    public long FilesChanged { get; init; }

    /// <summary>Files that were taken from the parent without reading.</summary>
    [JsonPropertyName("files_unmodified")]
    public long FilesUnmodified { get; init; }

    /// <summary>Directories that the parent does not have.</summary>
    [JsonPropertyName("dirs_new")]
    public long DirectoriesNew { get; init; }

    /// <summary>Directories that differ from the parent's.</summary>
    [JsonPropertyName("dirs_changed")]
    public long DirectoriesChanged { get; init; }

    /// <summary>Directories whose tree is the parent's.</summary>
    [JsonPropertyName("dirs_unmodified")]
    public long DirectoriesUnmodified { get; init; }

    /// <summary>Data blobs that were added.</summary>
    [JsonPropertyName("data_blobs")]
    public long DataBlobs { get; init; }

    /// <summary>Tree blobs that were added.</summary>
    [JsonPropertyName("tree_blobs")]
    public long TreeBlobs { get; init; }

    /// <summary>Bytes added, before compression.</summary>
    [JsonPropertyName("data_added")]
    public long DataAdded { get; init; }

    /// <summary>Bytes added, as stored.</summary>
    [JsonPropertyName("data_added_packed")]
    public long DataAddedPacked { get; init; }

    /// <summary>Files in the snapshot.</summary>
    [JsonPropertyName("total_files_processed")]
    public long TotalFilesProcessed { get; init; }

    /// <summary>Bytes of the files in the snapshot.</summary>
    [JsonPropertyName("total_bytes_processed")]
    public long TotalBytesProcessed { get; init; }
}
