using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Writes;
using BackupServer.PluginHost;
using BackupServer.Server.Runs;
using BackupServer.Server.Validation;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Reconcilers;

/// <summary>
/// Brings a Backup from New to its end. The only writer of its status while it is not finished; a finished one is never touched again.
/// Each step reads what the cluster shows, so a server that takes over goes on where the last one was killed.
/// </summary>
internal sealed class BackupReconciler(
    KubernetesClient client, ServerOptions options, Lookups lookups, PluginCatalog plugins, BackupRun run, ActiveRuns runs, VolumeWorkCleaner cleaner, TimeProvider time)
{
    private static readonly TimeSpan RoomPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultTtl = TimeSpan.FromDays(30);

    /// <summary>Called with a name whose run has ended, so that those who wait for room are looked at.</summary>
    public Action RunEnded { get; set; } = static () => { };

    /// <summary>Looks at one backup.</summary>
    public async Task<ReconcileResult> ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        // 1. Gone: stop its run and its units.
        if (await client.FindAsync<Backup>(name.Namespace, name.Name, cancellationToken) is not { } backup)
        {
            runs.Stop(name);
            return ReconcileResult.Done;
        }

        // 2. Finished: nothing is ever done about it again, except that its work units are cleared away.
        var phase = backup.Status?.Phase ?? BackupPhase.New;
        if (IsFinished(phase))
        {
            return ReconcileResult.Done;
        }

        // A backup that was found in a location is not to be run; who found it is about to write its status.
        if (phase == BackupPhase.New && backup.Metadata.Annotations?.ContainsKey(Annotations.FoundSnapshot) == true)
        {
            return ReconcileResult.Done;
        }

        // 3. New: validate; every problem at once.
        if (phase == BackupPhase.New && await AdmitAsync(backup, cancellationToken) is not { } admitted)
        {
            return ReconcileResult.Done;
        }

        // 4. To be cancelled: its run stops; where none runs, there is nothing to keep.
        backup = await client.GetAsync<Backup>(name.Namespace, name.Name, cancellationToken);
        if (backup.Spec.Cancel == true)
        {
            await CancelAsync(backup, cancellationToken);
            return ReconcileResult.Done;
        }

        // 5. Run, or go on with what a predecessor began.
        return await LocationIsUsableAsync(backup, cancellationToken)
            && runs.TryStart(name, tokens => run.RunAsync(backup, tokens), _ => RunEnded(), cancellationToken)
            ? ReconcileResult.Done
            : ReconcileResult.After(RoomPause);
    }

    internal static bool IsFinished(BackupPhase phase) =>
        phase is BackupPhase.Completed or BackupPhase.PartiallyFailed or BackupPhase.Failed or BackupPhase.FailedValidation or BackupPhase.Canceled or BackupPhase.Deleting;

    private async Task<Backup?> AdmitAsync(Backup backup, CancellationToken cancellationToken)
    {
        var context = new ValidationContext
        {
            ServerNamespace = options.Namespace,
            Locations = await lookups.LocationsAsync(cancellationToken),
            Providers = [.. plugins.Plugins.Select(p => p.Name)],
            Kinds = await lookups.KindsAsync(backup.Spec.IncludedResources, backup.Spec.ExcludedResources, cancellationToken),
        };
        var validation = BackupValidator.Validate(backup, context);
        if (validation.Problems.Count > 0)
        {
            var refused = new BackupStatus
            {
                Phase = BackupPhase.FailedValidation,
                ValidationErrors = [.. validation.Problems],
                CompletionTimestamp = time.GetUtcNow(),
            };
            _ = await WriteAsync(backup, refused, cancellationToken);
            return null;
        }

        var location = validation.Location!.Metadata.Name;
        var spec = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [Labels.StorageLocation] = ShortLabel.Of(location) } },
            ["spec"] = new JsonObject { ["storageLocation"] = location },
        };
        _ = await client.PatchAsync<Backup>(backup.Metadata.Namespace!, backup.Metadata.Name, Patch.Merge(spec), cancellationToken: cancellationToken);
        var created = backup.Metadata.CreationTimestamp ?? time.GetUtcNow();
        return await WriteAsync(backup, new BackupStatus { Phase = BackupPhase.Queued, Expiration = created + (backup.Spec.Ttl ?? DefaultTtl) }, cancellationToken);
    }

    private async Task CancelAsync(Backup backup, CancellationToken cancellationToken)
    {
        var name = new ObjectName(backup.Metadata.Namespace!, backup.Metadata.Name);
        if (runs.IsRunning(name))
        {
            runs.Stop(name);
            return;
        }

        // Its run died with another server. What it had asked agents for is stopped and taken back; nothing else outlives a run without its commit.
        await cleaner.StopAsync(backup.Metadata.Uid!, null, cancellationToken);
        _ = await WriteAsync(backup, (backup.Status ?? new BackupStatus()) with { Phase = BackupPhase.Canceled, CompletionTimestamp = time.GetUtcNow() }, cancellationToken);
    }

    private async Task<bool> LocationIsUsableAsync(Backup backup, CancellationToken cancellationToken)
    {
        var location = await client.FindAsync<BackupStorageLocation>(options.Namespace, backup.Spec.StorageLocation!, cancellationToken);
        if (location?.Status?.Phase == BackupStorageLocationPhase.Available)
        {
            return true;
        }

        var why = location is null ? "does not exist any more" : $"is {location.Status?.Phase ?? BackupStorageLocationPhase.New}: {location.Status?.Message ?? "it has not been tried yet"}";
        List<string> message = [$"waits for location {backup.Spec.StorageLocation}, which {why}"];
        if (backup.Status?.Messages is not [var said] || said != message[0])
        {
            _ = await WriteAsync(backup, (backup.Status ?? new BackupStatus()) with { Messages = message }, cancellationToken);
        }

        return false;
    }

    private Task<Backup> WriteAsync(Backup backup, BackupStatus status, CancellationToken cancellationToken) =>
        client.PatchAsync<Backup>(backup.Metadata.Namespace!, backup.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
}
