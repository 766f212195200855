using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Engine.Backups;
using BackupServer.Engine.Clusters;
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

/// <summary>Carries one Backup object through a run of the engine and writes what comes of it into its status.</summary>
internal sealed partial class BackupRun(
    KubernetesClient client, ServerOptions options, ClusterIdentity cluster, LocationAccess locations, PluginCatalog plugins, IVolumeCopier copier,
    VolumeWorkCleaner cleaner, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromSeconds(5);
    private readonly ILogger _logger = loggers.CreateLogger<BackupRun>();

    /// <summary>Runs until the backup is finished, or until this process stops leading.</summary>
    public async Task RunAsync(Backup backup, RunTokens tokens)
    {
        LogStarting(_logger, backup.Metadata.Namespace, backup.Metadata.Name);
        var started = backup.Status?.StartTimestamp ?? time.GetUtcNow();
        try
        {
            var status = (backup.Status ?? new BackupStatus()) with { Phase = BackupPhase.InProgress, StartTimestamp = started, Messages = null };
            await WriteAsync(backup, status, tokens.Leading);
            await FinishAsync(backup, await ResultAsync(backup, status, tokens), tokens.Leading);
        }
        catch (OperationCanceledException) when (tokens.Leading.IsCancellationRequested)
        {
            LogLeft(_logger, backup.Metadata.Namespace, backup.Metadata.Name);
        }
        catch (KubernetesException e)
        {
            // The outcome could not be written. Nothing is undone because of that: the run is begun again, and finds what it committed.
            LogNotWritten(_logger, e, backup.Metadata.Namespace, backup.Metadata.Name);
            await Task.WhenAny(Task.Delay(PauseAfterSilence, time, tokens.Leading));
        }
    }

    private async Task<BackupStatus> ResultAsync(Backup backup, BackupStatus status, RunTokens tokens)
    {
        try
        {
            return BackupStatusOf.Report(status, await ExecuteAsync(backup, status, tokens), time.GetUtcNow());
        }
        catch (Exception e) when (e is LocationException or RepositoryException or ObjectStoreException or ClusterException or KubernetesException or IOException)
        {
            LogFailed(_logger, e, backup.Metadata.Namespace, backup.Metadata.Name);
            return BackupStatusOf.Failure(status, status.StartTimestamp!.Value, time.GetUtcNow(), e.Message);
        }
    }

    private async Task<BackupReport> ExecuteAsync(Backup backup, BackupStatus status, RunTokens tokens)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tokens.Stop, tokens.Leading);
        var location = await client.GetAsync<BackupStorageLocation>(options.Namespace, backup.Spec.StorageLocation!, either.Token);
        await using var manifests = await locations.OpenForRunAsync(location, LocationLayout.Manifests, either.Token);
        var request = await RequestAsync(backup, status, either.Token);
        var runner = new BackupRunner(new ClusterReader(client), copier, time, loggers.CreateLogger<BackupRunner>());
        var progress = new ProgressWriter((p, ct) => WriteAsync(backup, BackupStatusOf.Progress(status, p), ct), time, _logger);
        return await progress.DuringAsync(() => runner.RunAsync(request, manifests.Repository, progress, tokens.Stop, tokens.Leading), tokens.Leading);
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

    private async Task FinishAsync(Backup backup, BackupStatus status, CancellationToken cancellationToken)
    {
        // The units are cleared away first: a killed server finds the run unfinished, and the committed snapshot ends it at once.
        if (status.Phase is BackupPhase.Completed or BackupPhase.PartiallyFailed)
        {
            await cleaner.RemoveObjectsAsync(backup.Metadata.Uid!, cancellationToken);
        }
        else
        {
            await cleaner.StopAsync(backup.Metadata.Uid!, null, cancellationToken);
        }

        await WriteAsync(backup, status, cancellationToken);
        LogEnded(_logger, backup.Metadata.Namespace, backup.Metadata.Name, status.Phase, status.Errors, status.Warnings);
    }

    private async Task WriteAsync(Backup backup, BackupStatus status, CancellationToken cancellationToken)
    {
        try
        {
            _ = await client.PatchAsync<Backup>(backup.Metadata.Namespace!, backup.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            LogGone(_logger, backup.Metadata.Namespace, backup.Metadata.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Namespace}/{Name} begins")]
    private static partial void LogStarting(ILogger logger, string? @namespace, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Namespace}/{Name} is {Phase}: {Errors} errors, {Warnings} warnings")]
    private static partial void LogEnded(ILogger logger, string? @namespace, string name, BackupPhase phase, int errors, int warnings);

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Namespace}/{Name} is left to the next leader")]
    private static partial void LogLeft(ILogger logger, string? @namespace, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Backup {Namespace}/{Name} was deleted while it ran")]
    private static partial void LogGone(ILogger logger, string? @namespace, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Backup {Namespace}/{Name} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string? @namespace, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of backup {Namespace}/{Name} could not be written; trying again")]
    private static partial void LogNotWritten(ILogger logger, Exception error, string? @namespace, string name);
}
