namespace BackupServer.Abstractions.Resources.BackupSchedules;

/// <summary>What happens at a tick while a backup of the schedule is still running.</summary>
public enum ConcurrencyPolicy
{
    /// <summary>The tick is counted as missed.</summary>
    Forbid,

    /// <summary>Both run.</summary>
    Allow,

    /// <summary>The running one is cancelled first.</summary>
    Replace,
}
