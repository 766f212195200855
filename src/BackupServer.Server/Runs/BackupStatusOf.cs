using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Backups;
using BackupServer.Engine.Reporting;

namespace BackupServer.Server.Runs;

/// <summary>Makes the status of a Backup from what is known of its run. Pure.</summary>
internal static class BackupStatusOf
{
    /// <summary>An object in the cluster has room for 1.5 MiB; volumes.json in the snapshot has room for all.</summary>
    private const int MostVolumes = 500;

    /// <summary>While it runs.</summary>
    public static BackupStatus Progress(BackupStatus begun, RunProgress progress) => begun with
    {
        Phase = progress.Stage switch
        {
            RunStage.Volumes => BackupPhase.WaitingForVolumes,
            RunStage.Finalizing => BackupPhase.Finalizing,
            _ => BackupPhase.InProgress,
        },
        Progress = new BackupProgress
        {
            TotalItems = progress.TotalItems,
            ItemsBackedUp = progress.ItemsDone,
            TotalBytes = progress.TotalBytes,
            BytesDone = progress.BytesDone,
            CurrentResource = progress.CurrentResource,
        },
    };

    /// <summary>When it has ended.</summary>
    public static BackupStatus Report(BackupStatus begun, BackupReport report, DateTimeOffset now) => begun with
    {
        Phase = report.Outcome switch
        {
            RunOutcome.Completed => BackupPhase.Completed,
            RunOutcome.PartiallyFailed => BackupPhase.PartiallyFailed,
            RunOutcome.Canceled => BackupPhase.Canceled,
            _ => BackupPhase.Failed,
        },
        CompletionTimestamp = now,
        Progress = new BackupProgress
        {
            TotalItems = report.TotalItems,
            ItemsBackedUp = report.ItemsBackedUp,
            TotalBytes = report.Volumes.Sum(v => v.Bytes),
            BytesDone = report.Volumes.Sum(v => v.Bytes),
        },
        Errors = report.ErrorCount,
        Warnings = report.WarningCount,
        Messages = [.. report.Messages()],
        SnapshotId = report.SnapshotId,
        Size = report.Size,
        Coverage = report.Coverage,
        Volumes = [.. report.Volumes.Where(v => v.Claim is not null || v.Method != VolumeMethod.Skip).Take(MostVolumes)],
        Conditions = Conditions(report, now),
    };

    /// <summary>When it could not be carried out at all.</summary>
    public static BackupStatus Failure(BackupStatus begun, DateTimeOffset now, string message) => begun with
    {
        Phase = BackupPhase.Failed,
        CompletionTimestamp = now,
        Errors = 1,
        Messages = [message],
    };

    private static List<Condition> Conditions(BackupReport report, DateTimeOffset now)
    {
        var kept = report.SnapshotId is not null || report.Outcome is RunOutcome.Completed or RunOutcome.PartiallyFailed;
        var restorable = kept && report.ItemsBackedUp > 0;
        var wasRead = report.Verified is { } mode && mode != VerificationMode.None;
        var verified = wasRead && report.VolumesVerified;
        return
        [
            new Condition
            {
                Type = "Ready",
                Status = restorable ? ConditionStatus.True : ConditionStatus.False,
                LastTransitionTime = now,
                Reason = report.Outcome.ToString(),
                Message = !kept ? "Nothing was kept." : restorable ? "The backup can be restored." : "The backup holds no object, so there is nothing to restore.",
            },
            new Condition
            {
                Type = "Verified",
                Status = verified ? ConditionStatus.True : ConditionStatus.False,
                LastTransitionTime = now,
                Reason = wasRead && !verified ? "VolumesNotVerified" : (report.Verified ?? VerificationMode.None).ToString(),
                Message = report.Proof ?? (wasRead ? "What the verification mode names was read back and authenticated." : "No content was read back."),
            },
        ];
    }
}
