namespace BackupServer.Engine.Reporting;

/// <summary>How far a run has come.</summary>
public sealed record RunProgress
{
    /// <summary>What it is doing.</summary>
    public RunStage Stage { get; init; }

    /// <summary>Objects to deal with, as far as known.</summary>
    public int TotalItems { get; init; }

    /// <summary>Objects dealt with.</summary>
    public int ItemsDone { get; init; }

    /// <summary>Bytes of volumes, as far as known.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Bytes of volumes done.</summary>
    public long BytesDone { get; init; }

    /// <summary>What the run waits for right now, each with how long it will, in words.</summary>
    public IReadOnlyList<string> Waits { get; init; } = [];

    /// <summary>The resource being dealt with; null when none is.</summary>
    public string? CurrentResource { get; init; }
}
