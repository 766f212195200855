using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Writes;
using BackupServer.Server.Runs;
using BackupServer.Server.Validation;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Reconcilers;

/// <summary>Brings a Restore from New to its end. The only writer of its status. Steps as in <see cref="BackupReconciler"/>.</summary>
internal sealed class RestoreReconciler(
    KubernetesClient client, ServerOptions options, Lookups lookups, RestoreRun run, ActiveRuns runs, VolumeWorkCleaner cleaner, TimeProvider time)
{
    private static readonly TimeSpan RoomPause = TimeSpan.FromSeconds(2);

    /// <summary>Called when a run has ended, so that those who wait for room are looked at.</summary>
    public Action RunEnded { get; set; } = static () => { };

    /// <summary>Looks at one restore.</summary>
    public async Task<ReconcileResult> ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        // 1. Gone: stop its run.
        if (await client.FindAsync<Restore>(name.Namespace, name.Name, cancellationToken) is not { } restore)
        {
            runs.Stop(name);
            return ReconcileResult.Done;
        }

        // 2. Finished, or running here already.
        var phase = restore.Status?.Phase ?? RestorePhase.New;
        if (IsFinished(phase))
        {
            return ReconcileResult.Done;
        }

        // 3. To be cancelled.
        if (restore.Spec.Cancel == true)
        {
            await CancelAsync(restore, cancellationToken);
            return ReconcileResult.Done;
        }

        if (runs.IsRunning(name))
        {
            return ReconcileResult.Done;
        }

        // 4. Validate; also when a predecessor had begun, for the backup may be gone since.
        var context = new ValidationContext
        {
            ServerNamespace = options.Namespace,
            Locations = await lookups.LocationsAsync(cancellationToken),
            Backups = await lookups.BackupsAsync(name.Namespace, null, cancellationToken),
            Schedules = await lookups.ScheduleNamesAsync(name.Namespace, cancellationToken),
        };
        var validation = RestoreValidator.Validate(Resolved(restore), context);
        if (validation.Problems.Count > 0)
        {
            await RefuseAsync(restore, phase, validation.Problems, cancellationToken);
            return ReconcileResult.Done;
        }

        if (phase == RestorePhase.New)
        {
            restore = await WriteAsync(restore, new RestoreStatus { Phase = RestorePhase.Queued, BackupName = validation.Backup!.Metadata.Name }, cancellationToken);
        }

        // 5. Run, or go on with what a predecessor began.
        return runs.TryStart(name, tokens => run.RunAsync(restore, validation.Backup!, tokens), _ => RunEnded(), cancellationToken)
            ? ReconcileResult.Done
            : ReconcileResult.After(RoomPause);
    }

    private static bool IsFinished(RestorePhase phase) =>
        phase is RestorePhase.Completed or RestorePhase.PartiallyFailed or RestorePhase.Failed or RestorePhase.FailedValidation or RestorePhase.Canceled;

    /// <summary>A restore that began from a schedule keeps the backup it chose, even when a newer one has come since.</summary>
    private static Restore Resolved(Restore restore) => restore.Status?.BackupName is { Length: > 0 } chosen
        ? restore with { Spec = restore.Spec with { BackupName = chosen, ScheduleName = null, PointInTime = null } }
        : restore;

    private async Task RefuseAsync(Restore restore, RestorePhase phase, IReadOnlyList<string> problems, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var status = phase == RestorePhase.New
            ? new RestoreStatus { Phase = RestorePhase.FailedValidation, ValidationErrors = [.. problems], CompletionTimestamp = now }
            : restore.Status! with { Phase = RestorePhase.Failed, Errors = problems.Count, Messages = [.. problems], CompletionTimestamp = now };
        _ = await WriteAsync(restore, status, cancellationToken);
    }

    private async Task CancelAsync(Restore restore, CancellationToken cancellationToken)
    {
        var name = new ObjectName(restore.Metadata.Namespace!, restore.Metadata.Name);
        if (runs.IsRunning(name))
        {
            runs.Stop(name);
            return;
        }

        await cleaner.StopAsync(restore.Metadata.Uid!, null, cancellationToken);
        _ = await WriteAsync(restore, (restore.Status ?? new RestoreStatus()) with { Phase = RestorePhase.Canceled, CompletionTimestamp = time.GetUtcNow() }, cancellationToken);
    }

    private Task<Restore> WriteAsync(Restore restore, RestoreStatus status, CancellationToken cancellationToken) =>
        client.PatchAsync<Restore>(restore.Metadata.Namespace!, restore.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
}
