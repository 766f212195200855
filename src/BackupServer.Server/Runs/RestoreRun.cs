using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Restores;
using BackupServer.Engine.Volumes;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Writes;
using BackupServer.PluginHost;
using BackupServer.Repository;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Clusters;
using BackupServer.Server.Locations;
using BackupServer.Server.Reconcilers;
using BackupServer.Server.Validation;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Runs;

/// <summary>Carries one Restore object through a run of the engine and writes what comes of it into its status.</summary>
internal sealed partial class RestoreRun(
    KubernetesClient client, ServerOptions options, LocationAccess locations, PluginCatalog plugins, IVolumeCopier copier,
    VolumeWorkCleaner cleaner, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromSeconds(5);
    private readonly ILogger _logger = loggers.CreateLogger<RestoreRun>();

    /// <summary>Runs until the restore is finished, or until this process stops leading.</summary>
    public async Task RunAsync(Restore restore, Backup backup, RunTokens tokens)
    {
        LogStarting(_logger, restore.Metadata.Namespace, restore.Metadata.Name, backup.Metadata.Name);
        var started = restore.Status?.StartTimestamp ?? time.GetUtcNow();
        try
        {
            var status = (restore.Status ?? new RestoreStatus()) with { Phase = RestorePhase.InProgress, StartTimestamp = started, BackupName = backup.Metadata.Name, Messages = null };
            await WriteAsync(restore, status, tokens.Leading);
            await FinishAsync(restore, await ResultAsync(restore, backup, status, tokens), tokens.Leading);
        }
        catch (OperationCanceledException) when (tokens.Leading.IsCancellationRequested)
        {
            LogLeft(_logger, restore.Metadata.Namespace, restore.Metadata.Name);
        }
        catch (KubernetesException e)
        {
            // The outcome could not be written. Nothing is undone because of that: the run is begun again, and finds what it committed.
            LogNotWritten(_logger, e, restore.Metadata.Namespace, restore.Metadata.Name);
            await Task.WhenAny(Task.Delay(PauseAfterSilence, time, tokens.Leading));
        }
    }

    private async Task<RestoreStatus> ResultAsync(Restore restore, Backup backup, RestoreStatus status, RunTokens tokens)
    {
        try
        {
            return RestoreStatusOf.Report(status, await ExecuteAsync(restore, backup, status, tokens), time.GetUtcNow());
        }
        catch (Exception e) when (e is LocationException or RepositoryException or ObjectStoreException or ClusterException or KubernetesException or IOException)
        {
            LogFailed(_logger, e, restore.Metadata.Namespace, restore.Metadata.Name);
            return RestoreStatusOf.Failure(status, status.StartTimestamp!.Value, time.GetUtcNow(), e.Message);
        }
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
        var progress = new ProgressWriter((p, ct) => WriteAsync(restore, RestoreStatusOf.Progress(status, p), ct), time, _logger);
        return await progress.DuringAsync(() => runner.RunAsync(request, manifests.Repository, progress, tokens.Stop, tokens.Leading), tokens.Leading);
    }

    private async Task FinishAsync(Restore restore, RestoreStatus status, CancellationToken cancellationToken)
    {
        await cleaner.StopAsync(restore.Metadata.Uid!, null, cancellationToken);
        await WriteAsync(restore, status, cancellationToken);
        LogEnded(_logger, restore.Metadata.Namespace, restore.Metadata.Name, status.Phase, status.Errors, status.Warnings);
    }

    private async Task WriteAsync(Restore restore, RestoreStatus status, CancellationToken cancellationToken)
    {
        try
        {
            _ = await client.PatchAsync<Restore>(restore.Metadata.Namespace!, restore.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            LogGone(_logger, restore.Metadata.Namespace, restore.Metadata.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Restore {Namespace}/{Name} of backup {Backup} begins")]
    private static partial void LogStarting(ILogger logger, string? @namespace, string name, string backup);

    [LoggerMessage(Level = LogLevel.Information, Message = "Restore {Namespace}/{Name} is {Phase}: {Errors} errors, {Warnings} warnings")]
    private static partial void LogEnded(ILogger logger, string? @namespace, string name, RestorePhase phase, int errors, int warnings);

    [LoggerMessage(Level = LogLevel.Information, Message = "Restore {Namespace}/{Name} is left to the next leader")]
    private static partial void LogLeft(ILogger logger, string? @namespace, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Restore {Namespace}/{Name} was deleted while it ran")]
    private static partial void LogGone(ILogger logger, string? @namespace, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Restore {Namespace}/{Name} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string? @namespace, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of restore {Namespace}/{Name} could not be written; trying again")]
    private static partial void LogNotWritten(ILogger logger, Exception error, string? @namespace, string name);
}
