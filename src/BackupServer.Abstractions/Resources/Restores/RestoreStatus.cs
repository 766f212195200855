namespace BackupServer.Abstractions.Resources.Restores;

/// <summary>What became of a restore. Written by the server alone.</summary>
public sealed record RestoreStatus
{
    /// <summary>Where the restore stands.</summary>
    public RestorePhase Phase { get; set; }

    /// <summary>Everything that is wrong with the specification, one sentence each.</summary>
    public List<string>? ValidationErrors { get; set; }

    /// <summary>The backup being restored; the one that was chosen when a schedule was named.</summary>
    public string? BackupName { get; set; }

    /// <summary>When work began.</summary>
    public DateTimeOffset? StartTimestamp { get; set; }

    /// <summary>When the last phase was reached.</summary>
    public DateTimeOffset? CompletionTimestamp { get; set; }

    /// <summary>How far the run has come.</summary>
    public RestoreProgress? Progress { get; set; }

    /// <summary>Number of errors.</summary>
    public int Errors { get; set; }

    /// <summary>Number of warnings.</summary>
    public int Warnings { get; set; }

    /// <summary>The first ten problems in words, errors first; in a dry run, the plan.</summary>
    public List<string>? Messages { get; set; }

    /// <summary>Ready: workloads became ready.</summary>
    public List<Condition>? Conditions { get; set; }
}
