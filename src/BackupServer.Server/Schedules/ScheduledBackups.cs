using BackupServer.Abstractions.Resources.Backups;

namespace BackupServer.Server.Schedules;

/// <summary>Which backups of a schedule hold up its next one.</summary>
public static class ScheduledBackups
{
    /// <summary>Whether a backup in this phase (null: not looked at yet) still reads the cluster or its volumes.</summary>
    public static bool HoldsUp(BackupPhase? phase) =>
        phase is null or BackupPhase.New or BackupPhase.Queued or BackupPhase.InProgress or BackupPhase.WaitingForVolumes;
}
