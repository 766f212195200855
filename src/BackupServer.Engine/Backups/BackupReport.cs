using System.Text.Json.Serialization;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Reporting;

namespace BackupServer.Engine.Backups;

/// <summary>What a backup run came to.</summary>
public sealed record BackupReport
{
    /// <summary>How it ended.</summary>
    public required RunOutcome Outcome { get; init; }

    /// <summary>What is not protected and what failed, each with its reason.</summary>
    public IReadOnlyList<RunMessage> Errors { get; init; } = [];

    /// <summary>Number of errors, which may be more than are listed.</summary>
    public int ErrorCount { get => field > 0 ? field : Errors.Count; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<RunMessage> Warnings { get; init; } = [];

    /// <summary>Number of warnings, which may be more than are listed.</summary>
    public int WarningCount { get => field > 0 ? field : Warnings.Count; init; }

    /// <summary>Objects found.</summary>
    public int TotalItems { get; init; }

    /// <summary>Objects stored.</summary>
    public int ItemsBackedUp { get; init; }

    /// <summary>Sizes of manifests and volumes together.</summary>
    public StoredSize Size { get; init; } = new();

    /// <summary>What was selected and is protected, or not.</summary>
    public BackupCoverage Coverage { get; init; } = new();

    /// <summary>What was done about each volume.</summary>
    public IReadOnlyList<BackupVolumeSummary> Volumes { get; init; } = [];

    /// <summary>Id of the manifests snapshot; null when there is none, and in the copy of the report that is inside it.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>How the snapshot was verified; null when it was not.</summary>
    public VerificationMode? Verified { get; init; }

    /// <summary>Whether each volume that was to be copied is in the backup and was verified likewise.</summary>
    public bool VolumesVerified { get; init; } = true;

    /// <summary>What was read back to verify it, in words; null in the copy of the report that is inside the snapshot.</summary>
    public string? Proof { get; init; }

    /// <summary>Log of a run that kept no snapshot, one JSON object a line; empty where the snapshot holds it.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Log { get; init; }

    /// <summary>When the work began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the outcome was known.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>The first ten problems in words, errors first, for a status.</summary>
    public IReadOnlyList<string> Messages(int count = 10) => [.. Errors.Concat(Warnings).Take(count).Select(message => message.ToString())];
}
