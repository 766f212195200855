namespace BackupServer.Abstractions.Resources.VolumeRestores;

/// <summary>What became of the work. Written by the agent alone.</summary>
public sealed record VolumeRestoreStatus
{
    /// <summary>Where the work stands.</summary>
    public VolumeWorkPhase Phase { get; set; }

    /// <summary>How far the writing has come.</summary>
    public DataProgress? Progress { get; set; }

    /// <summary>Why the work failed, and what to do.</summary>
    public string? Message { get; set; }

    /// <summary>Number of files that could not be restored whole.</summary>
    public int Errors { get; set; }

    /// <summary>The first ten of these, each with its reason.</summary>
    public List<string>? Messages { get; set; }

    /// <summary>When work began.</summary>
    public DateTimeOffset? StartTimestamp { get; set; }

    /// <summary>When the last phase was reached.</summary>
    public DateTimeOffset? CompletionTimestamp { get; set; }
}
