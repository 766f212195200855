using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Restores;
using BackupServer.Engine.Volumes;
using BackupServer.Kubernetes;
using BackupServer.PluginHost;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Clusters;
using BackupServer.Server.Locations;
using BackupServer.Server.Validation;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Runs;

/// <summary>Carries one Restore object through a run of the engine and writes what comes of it into its status.</summary>
internal sealed class RestoreRun(
    KubernetesClient client, ServerOptions options, LocationAccess locations, RunLogs logs, PluginCatalog plugins, IVolumeCopier copier,
    VolumeWorkCleaner cleaner, LocationSuspicions suspicions, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<RestoreRun>();
    private readonly RunCarrier _carrier = new(client, time, loggers.CreateLogger<RestoreRun>());

    /// <summary>Runs until the restore is finished, or until this process stops leading.</summary>
    public Task RunAsync(Restore restore, Backup backup, RunTokens tokens)
    {
        var started = restore.Status?.StartTimestamp ?? time.GetUtcNow();
        var begun = (restore.Status ?? new RestoreStatus()) with
        {
            Phase = RestorePhase.InProgress,
            StartTimestamp = started,
            BackupName = backup.Metadata.Name,
            Messages = null,
        };
        return _carrier.CarryAsync(
            restore,
            begun,
            async () => RestoreStatusOf.Report(begun, await ExecuteAsync(restore, backup, begun, tokens), time.GetUtcNow()),
            reason => RestoreStatusOf.Failure(begun, time.GetUtcNow(), reason),
            status => ClearAsync(restore, backup, status, tokens.Leading),
            status => $"{status.Phase}: {status.Errors} errors, {status.Warnings} warnings",
            tokens.Leading);
    }

    private Task ClearAsync(Restore restore, Backup backup, RestoreStatus status, CancellationToken cancellationToken)
    {
        if (status.Phase is RestorePhase.Failed or RestorePhase.PartiallyFailed)
        {
            suspicions.Raise(backup.Spec.StorageLocation!);
        }

        return cleaner.StopAsync(restore.Metadata.Uid!, null, cancellationToken);
    }

    private async Task<RestoreReport> ExecuteAsync(Restore restore, Backup backup, RestoreStatus status, RunTokens tokens)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tokens.Stop, tokens.Leading);
        var location = await client.GetAsync<BackupStorageLocation>(options.Namespace, backup.Spec.StorageLocation!, either.Token);
        await using var manifests = await locations.OpenForRunAsync(location, LocationLayout.Manifests, either.Token);
        var request = new RestoreRequest
        {
            Name = restore.Metadata.Name,
            Uid = restore.Metadata.Uid!,
            Spec = restore.Spec,
            BackupName = backup.Metadata.Name,
            SnapshotId = backup.Status!.SnapshotId!,
            OnlyNamespace = TenantRules.OnlyNamespace(restore.Metadata.Namespace, options.Namespace),
            StorageLocation = backup.Spec.StorageLocation!,
            StartedAt = status.StartTimestamp!.Value,
            HolderImage = options.HolderImage,
            HolderCommand = options.HolderCommand,
            Actions = plugins.RestoreItemActions,
        };
        var runner = new RestoreRunner(new ClusterReader(client), new ClusterWriter(client), copier, time, loggers.CreateLogger<RestoreRunner>());
        var progress = new ProgressWriter((p, ct) => _carrier.WriteAsync(restore, RestoreStatusOf.Progress(status, p), ct), time, _logger);
        var report = await progress.DuringAsync(() => runner.RunAsync(request, manifests.Repository, progress, tokens.Stop, tokens.Leading), tokens.Leading);
        var ended = restore with { Status = RestoreStatusOf.Report(status, report, time.GetUtcNow()) };
        await logs.KeepAsync(location, $"restore {restore.Metadata.Name}", (log, token) => log.KeepAsync(ended, request.SnapshotId, report.Log, token), tokens.Leading);
        return report;
    }
}
