using System.Text.Json.Serialization;

namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>What became of a backup. Written by the server alone.</summary>
public sealed record BackupStatus
{
    /// <summary>Where the backup stands.</summary>
    public BackupPhase Phase { get; set; }

    /// <summary>Everything that is wrong with the specification, one sentence each.</summary>
    public List<string>? ValidationErrors { get; set; }

    /// <summary>When work began.</summary>
    public DateTimeOffset? StartTimestamp { get; set; }

    /// <summary>When the last phase was reached.</summary>
    public DateTimeOffset? CompletionTimestamp { get; set; }

    /// <summary>When the backup may be deleted.</summary>
    public DateTimeOffset? Expiration { get; set; }

    /// <summary>How far the run has come.</summary>
    public BackupProgress? Progress { get; set; }

    /// <summary>Number of errors.</summary>
    public int Errors { get; set; }

    /// <summary>Number of warnings.</summary>
    public int Warnings { get; set; }

    /// <summary>The first ten problems in words, errors first.</summary>
    public List<string>? Messages { get; set; }

    /// <summary>Id of the snapshot in the manifests repository.</summary>
    [JsonPropertyName("snapshotID")]
    public string? SnapshotId { get; set; }

    /// <summary>Sizes of the manifests snapshot and the volumes together.</summary>
    public StoredSize? Size { get; set; }

    /// <summary>What was selected and is protected, or not.</summary>
    public BackupCoverage? Coverage { get; set; }

    /// <summary>What was done about volumes with a claim or with a copy; at most 500, all are in volumes.json of the snapshot.</summary>
    public List<BackupVolumeSummary>? Volumes { get; set; }

    /// <summary>Ready (can be restored) and Verified.</summary>
    public List<Condition>? Conditions { get; set; }
}
