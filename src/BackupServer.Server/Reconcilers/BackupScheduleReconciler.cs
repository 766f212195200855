using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Writes;
using BackupServer.Server.Schedules;
using BackupServer.Server.Validation;

namespace BackupServer.Server.Reconcilers;

/// <summary>Makes the backups of a schedule. The only writer of its status. When to look again is Quartz's business (<see cref="ScheduleClock"/>).</summary>
internal sealed class BackupScheduleReconciler(KubernetesClient client, ServerOptions options, Lookups lookups, ScheduleClock clock, TimeProvider time)
{
    // What is wrong may be mended elsewhere: a location that is made, a definition that is installed.
    private static readonly TimeSpan ProblemPause = TimeSpan.FromSeconds(10);

    /// <summary>Looks at one schedule.</summary>
    public async Task<ReconcileResult> ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (await client.FindAsync<BackupSchedule>(name.Namespace, name.Name, cancellationToken) is not { } schedule)
        {
            await clock.ForgetAsync(name, cancellationToken);
            return ReconcileResult.Done;
        }

        // 1. Validate; every problem at once.
        var validation = await ValidateAsync(schedule, cancellationToken);
        if (validation.Ticks is not { } expression)
        {
            await clock.ForgetAsync(name, cancellationToken);
            await WriteAsync(
                schedule, (schedule.Status ?? new()) with { Phase = BackupSchedulePhase.FailedValidation, ValidationErrors = [.. validation.Problems], NextBackup = null }, cancellationToken);
            return ReconcileResult.After(ProblemPause);
        }

        // 2. Decide.
        var backups = await lookups.BackupsAsync(name.Namespace, $"{Labels.ScheduleName}={ShortLabel.Of(name.Name)}", cancellationToken);
        var running = backups.FindAll(b => ScheduledBackups.HoldsUp(b.Status?.Phase));
        var decision = SchedulePlanner.Decide(schedule, expression, running.Count > 0, time.GetUtcNow(), options.ScheduleSkipImmediately);

        // 3. Start what is due. The name comes from the tick: a server that was killed right after this makes no second one.
        if (decision is { Starts: true, Due: { } tick })
        {
            await StartAsync(schedule, tick, decision.CancelsRunning ? running : [], cancellationToken);
        }

        // 4. Write what was decided, and have Quartz wake us at the next tick.
        await WriteAsync(schedule, Status(schedule, validation, decision, backups), cancellationToken);
        if (decision.SkippedUntil is not null && schedule.Spec.SkipImmediately == true)
        {
            _ = await client.PatchAsync<BackupSchedule>(name.Namespace, name.Name, Patch.Merge("""{"spec":{"skipImmediately":false}}"""u8.ToArray()), cancellationToken: cancellationToken);
        }

        await clock.WakeAtAsync(name, decision.Next, cancellationToken);
        return validation.Problems.Count > 0 ? ReconcileResult.After(ProblemPause) : ReconcileResult.Done;
    }

    private async Task<ScheduleValidation> ValidateAsync(BackupSchedule schedule, CancellationToken cancellationToken)
    {
        var template = schedule.Spec.Template;
        var context = new ValidationContext
        {
            ServerNamespace = options.Namespace,
            Locations = await lookups.LocationsAsync(cancellationToken),
            Kinds = await lookups.KindsAsync(template.IncludedResources, template.ExcludedResources, cancellationToken),
        };
        return ScheduleValidator.Validate(schedule, context);
    }

    private static BackupScheduleStatus Status(BackupSchedule schedule, ScheduleValidation validation, ScheduleDecision decision, List<Backup> backups)
    {
        var before = schedule.Status ?? new BackupScheduleStatus();
        var lastGood = backups.Where(b => b.Status?.Phase == BackupPhase.Completed).Max(b => b.Status!.CompletionTimestamp);
        return before with
        {
            Phase = schedule.Spec.Paused == true ? BackupSchedulePhase.Paused : BackupSchedulePhase.Enabled,
            ValidationErrors = validation.Problems.Count > 0 ? [.. validation.Problems] : null,
            LastBackup = decision.Starts ? decision.Due : before.LastBackup,
            LastBackupName = decision is { Starts: true, Due: { } tick } ? ScheduledBackup.NameOf(schedule.Metadata.Name, tick) : before.LastBackupName,
            LastSuccessfulBackup = lastGood > before.LastSuccessfulBackup || before.LastSuccessfulBackup is null ? lastGood ?? before.LastSuccessfulBackup : before.LastSuccessfulBackup,
            LastSkipped = decision.SkippedUntil ?? before.LastSkipped,
            NextBackup = decision.Next,
            MissedRuns = before.MissedRuns + decision.Missed,
        };
    }

    private async Task StartAsync(BackupSchedule schedule, DateTimeOffset tick, List<Backup> toCancel, CancellationToken cancellationToken)
    {
        foreach (var old in toCancel)
        {
            _ = await client.PatchAsync<Backup>(old.Metadata.Namespace!, old.Metadata.Name, Patch.Merge("""{"spec":{"cancel":true}}"""u8.ToArray()), cancellationToken: cancellationToken);
        }

        try
        {
            _ = await client.CreateAsync(ScheduledBackup.Make(schedule, tick), cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // Made already, by us before a kill or by the leader before us.
        }
    }

    private async Task WriteAsync(BackupSchedule schedule, BackupScheduleStatus status, CancellationToken cancellationToken)
    {
        if (JsonSerializer.SerializeToUtf8Bytes(schedule.Status, KubernetesJson.Options).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(status, KubernetesJson.Options)))
        {
            return; // A write would wake us again for nothing.
        }

        _ = await client.PatchAsync<BackupSchedule>(schedule.Metadata.Namespace!, schedule.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
    }
}
