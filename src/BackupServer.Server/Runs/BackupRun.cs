using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Engine.Backups;
using BackupServer.Engine.Volumes;
using BackupServer.Kubernetes;
using BackupServer.PluginHost;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Clusters;
using BackupServer.Server.Locations;
using BackupServer.Server.Validation;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Runs;

/// <summary>Carries one Backup object through a run of the engine and writes what comes of it into its status.</summary>
internal sealed class BackupRun(
    KubernetesClient client, ServerOptions options, ClusterIdentity cluster, LocationAccess locations, RunLogs logs, PluginCatalog plugins, IVolumeCopier copier,
    VolumeWorkCleaner cleaner, LocationSuspicions suspicions, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<BackupRun>();
    private readonly RunCarrier _carrier = new(client, time, loggers.CreateLogger<BackupRun>());

    /// <summary>Runs until the backup is finished, or until this process stops leading.</summary>
    public Task RunAsync(Backup backup, RunTokens tokens)
    {
        var started = backup.Status?.StartTimestamp ?? time.GetUtcNow();
        var begun = (backup.Status ?? new BackupStatus()) with { Phase = BackupPhase.InProgress, StartTimestamp = started, Messages = null };
        return _carrier.CarryAsync(
            backup,
            begun,
            async () => BackupStatusOf.Report(begun, await ExecuteAsync(backup, begun, tokens), time.GetUtcNow()),
            reason => BackupStatusOf.Failure(begun, time.GetUtcNow(), reason),
            status => ClearAsync(backup, status, tokens.Leading),
            status => $"{status.Phase}: {status.Errors} errors, {status.Warnings} warnings",
            tokens.Leading);
    }

    private async Task<BackupReport> ExecuteAsync(Backup backup, BackupStatus status, RunTokens tokens)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tokens.Stop, tokens.Leading);
        var location = await client.GetAsync<BackupStorageLocation>(options.Namespace, backup.Spec.StorageLocation!, either.Token);
        await using var manifests = await locations.OpenForRunAsync(location, LocationLayout.Manifests, either.Token);
        var request = await RequestAsync(backup, status, either.Token);
        var runner = new BackupRunner(new ClusterReader(client), copier, time, loggers.CreateLogger<BackupRunner>());
        var progress = new ProgressWriter((p, ct) => _carrier.WriteAsync(backup, BackupStatusOf.Progress(status, p), ct), time, _logger);
        var report = await progress.DuringAsync(() => runner.RunAsync(request, manifests.Repository, progress, tokens.Stop, tokens.Leading), tokens.Leading);
        if (report.SnapshotId is null)
        {
            var ended = backup with { Status = BackupStatusOf.Report(status, report, report.CompletedAt) };
            await logs.KeepAsync(location, $"backup {backup.Metadata.Name}", (log, token) => log.KeepAsync(ended, report.Log, token), tokens.Leading);
        }

        return report;
    }

    private async Task<BackupRequest> RequestAsync(Backup backup, BackupStatus status, CancellationToken cancellationToken) => new()
    {
        Name = backup.Metadata.Name,
        Uid = backup.Metadata.Uid!,
        Spec = backup.Spec,
        OnlyNamespace = TenantRules.OnlyNamespace(backup.Metadata.Namespace, options.Namespace),
        Schedule = backup.Metadata.Labels?.GetValueOrDefault(Labels.ScheduleName),
        StartedAt = status.StartTimestamp!.Value,
        ClusterName = options.ClusterName,
        ClusterUid = await cluster.UidAsync(cancellationToken),
        StorageLocation = backup.Spec.StorageLocation!,
        DefaultVolumesToFsBackup = options.DefaultVolumesToFsBackup,
        Actions = plugins.BackupItemActions,
        SpoolDirectory = options.SpoolDirectory,
        RenderBackup = report => Render(backup, BackupStatusOf.Report(status, report, report.CompletedAt)),
    };

    private static byte[] Render(Backup backup, BackupStatus status) =>
        JsonSerializer.SerializeToUtf8Bytes(backup with { Status = status }, KubernetesJson.Options);

    /// <summary>A backup that is kept keeps its volumes' snapshots; one that is not takes them back.</summary>
    private Task ClearAsync(Backup backup, BackupStatus status, CancellationToken cancellationToken)
    {
        if (status.Phase is BackupPhase.Failed or BackupPhase.PartiallyFailed)
        {
            suspicions.Raise(backup.Spec.StorageLocation!);
        }

        return status.Phase is BackupPhase.Completed or BackupPhase.PartiallyFailed
            ? cleaner.RemoveObjectsAsync(backup.Metadata.Uid!, cancellationToken)
            : cleaner.StopAsync(backup.Metadata.Uid!, null, cancellationToken);
    }
}
