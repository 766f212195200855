namespace BackupServer.Server.Schedules;

/// <summary>What is to be done about a schedule at one moment.</summary>
public sealed record ScheduleDecision
{
    /// <summary>The tick that is due; null when none is. Several missed ticks are made up for by the last of them.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Whether a backup is started for the due tick now.</summary>
    public bool Starts { get; init; }

    /// <summary>Whether running backups of the schedule are cancelled first.</summary>
    public bool CancelsRunning { get; init; }

    /// <summary>The instant up to which ticks are passed over without a backup; null when none is.</summary>
    public DateTimeOffset? SkippedUntil { get; init; }

    /// <summary>Ticks that made and will make no backup.</summary>
    public int Missed { get; init; }

    /// <summary>Why a due tick makes no backup.</summary>
    public string? Reason { get; init; }

    /// <summary>The next tick after this moment, delayed by the jitter; null when there is none.</summary>
    public DateTimeOffset? Next { get; init; }
}
