using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Restores;

namespace BackupServer.Server.Runs;

/// <summary>Makes the status of a Restore from what is known of its run. Pure.</summary>
internal static class RestoreStatusOf
{
    private const int MostPlanLines = 200;
    private const int MostWaits = 10;

    /// <summary>While it runs.</summary>
    public static RestoreStatus Progress(RestoreStatus begun, RunProgress progress) => begun with
    {
        Phase = progress.Stage == RunStage.Finalizing ? RestorePhase.Finalizing : RestorePhase.InProgress,
        Messages = progress.Waits.Count > 0 ? [.. progress.Waits.Take(MostWaits)] : null,
        Progress = new RestoreProgress
        {
            TotalItems = progress.TotalItems,
            ItemsRestored = progress.ItemsDone,
            TotalBytes = progress.TotalBytes,
            BytesDone = progress.BytesDone,
            CurrentResource = progress.CurrentResource,
        },
    };

    /// <summary>When it has ended.</summary>
    public static RestoreStatus Report(RestoreStatus begun, RestoreReport report, DateTimeOffset now) => begun with
    {
        Phase = report.Outcome switch
        {
            RunOutcome.Completed => RestorePhase.Completed,
            RunOutcome.PartiallyFailed => RestorePhase.PartiallyFailed,
            RunOutcome.Canceled => RestorePhase.Canceled,
            _ when report.Refusals.Count > 0 => RestorePhase.FailedValidation,
            _ => RestorePhase.Failed,
        },
        ValidationErrors = report.Refusals.Count > 0 ? [.. report.Refusals.Select(message => message.ToString())] : begun.ValidationErrors,
        CompletionTimestamp = now,
        Progress = new RestoreProgress
        {
            TotalItems = report.TotalItems,
            ItemsRestored = report.ItemsDone,
            TotalBytes = report.BytesRestored,
            BytesDone = report.BytesRestored,
        },
        Errors = report.ErrorCount,
        Warnings = report.WarningCount,
        Messages = [.. report.Messages().Except(report.Refusals.Select(message => message.ToString())).Take(MostPlanLines)],
        Conditions = report.Ready is not { } ready ? null :
        [
            new Condition
            {
                Type = "Ready",
                Status = ready ? ConditionStatus.True : ConditionStatus.False,
                LastTransitionTime = now,
                Reason = ready ? "WorkloadsReady" : "WorkloadsNotReady",
                Message = ready ? "All restored workloads became ready." : string.Join("; ", report.NotReady),
            },
        ],
    };

    /// <summary>When it could not be carried out at all.</summary>
    public static RestoreStatus Failure(RestoreStatus begun, DateTimeOffset now, string message) => begun with
    {
        Phase = RestorePhase.Failed,
        CompletionTimestamp = now,
        Errors = 1,
        Messages = [message],
    };
}
