using System.Text.Json.Serialization;
using BackupServer.Engine.Reporting;

namespace BackupServer.Engine.Restores;

/// <summary>What a restore run came to.</summary>
public sealed record RestoreReport
{
    /// <summary>How it ended.</summary>
    public required RunOutcome Outcome { get; init; }

    /// <summary>What is not restored or not ready, each with its reason.</summary>
    public IReadOnlyList<RunMessage> Errors { get; init; } = [];

    /// <summary>What is wrong with the specification, given what the backup holds; then nothing was changed.</summary>
    public IReadOnlyList<RunMessage> Refusals { get; init; } = [];

    /// <summary>Number of errors, which may be more than are listed.</summary>
    public int ErrorCount { get => field > 0 ? field : Errors.Count; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<RunMessage> Warnings { get; init; } = [];

    /// <summary>Number of warnings, which may be more than are listed.</summary>
    public int WarningCount { get => field > 0 ? field : Warnings.Count; init; }

    /// <summary>Objects to restore.</summary>
    public int TotalItems { get; init; }

    /// <summary>Objects dealt with, each counted in one of the next four.</summary>
    public int ItemsDone { get; init; }

    /// <summary>Objects made.</summary>
    public int Created { get; init; }

    /// <summary>Objects changed to what the backup holds.</summary>
    public int Updated { get; init; }

    /// <summary>Objects left as they are in the cluster.</summary>
    public int Skipped { get; init; }

    /// <summary>Objects that could not be restored.</summary>
    public int Failed { get; init; }

    /// <summary>Volumes that hold their data again.</summary>
    public int VolumesRestored { get; init; }

    /// <summary>Bytes of their files.</summary>
    public long BytesRestored { get; init; }

    /// <summary>Whether all workloads became ready; null when that was not waited for.</summary>
    public bool? Ready { get; init; }

    /// <summary>Workloads that did not, each with its reason.</summary>
    public IReadOnlyList<string> NotReady { get; init; } = [];

    /// <summary>The plan in lines, for a dry run.</summary>
    public IReadOnlyList<string> PlanLines { get; init; } = [];

    /// <summary>Log of the run: one JSON object a line, as the log of a backup.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Log { get; init; }

    /// <summary>When the work began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the outcome was known.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>The first ten problems in words, errors first, for a status; in a dry run, the plan after them.</summary>
    public IReadOnlyList<string> Messages(int count = 10) =>
        [.. Errors.Concat(Warnings).Take(count).Select(message => message.ToString()), .. Outcome == RunOutcome.Failed ? [] : PlanLines];
}
