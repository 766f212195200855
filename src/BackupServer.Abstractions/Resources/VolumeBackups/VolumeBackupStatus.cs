using System.Text.Json.Serialization;

namespace BackupServer.Abstractions.Resources.VolumeBackups;

/// <summary>What became of the copy. Written by the agent alone.</summary>
public sealed record VolumeBackupStatus
{
    /// <summary>Where the work stands.</summary>
    public VolumeWorkPhase Phase { get; set; }

    /// <summary>Id of the snapshot in the repository.</summary>
    [JsonPropertyName("snapshotID")]
    public string? SnapshotId { get; set; }

    /// <summary>How far the copy has come.</summary>
    public DataProgress? Progress { get; set; }

    /// <summary>Sizes of the snapshot.</summary>
    public StoredSize? Size { get; set; }

    /// <summary>Files, directories and others in the snapshot.</summary>
    public long Files { get; set; }

    /// <summary>What was read back of the snapshot before it was committed.</summary>
    public DataVerification? Verification { get; set; }

    /// <summary>Why the work failed, and what to do.</summary>
    public string? Message { get; set; }

    /// <summary>Number of files that could not be read whole.</summary>
    public int Errors { get; set; }

    /// <summary>The first ten of these, each with its reason.</summary>
    public List<string>? Messages { get; set; }

    /// <summary>When work began.</summary>
    public DateTimeOffset? StartTimestamp { get; set; }

    /// <summary>When the last phase was reached.</summary>
    public DateTimeOffset? CompletionTimestamp { get; set; }
}
