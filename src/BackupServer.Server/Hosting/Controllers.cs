using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.DeleteBackupRequests;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.PluginHost;
using BackupServer.Server.Clusters;
using BackupServer.Server.Locations;
using BackupServer.Server.Reconcilers;
using BackupServer.Server.Runs;
using BackupServer.Server.Schedules;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Hosting;

/// <summary>All controllers of a leader, made anew each time it begins to lead, so that nothing is remembered from an earlier time.</summary>
internal sealed class Controllers(
    KubernetesClient client, ServerOptions options, PluginCatalog plugins, LocationAccess locations, Lookups lookups, ClusterIdentity cluster,
    ScheduleClock clock, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Runs until leadership ends; returns when every run has been left.</summary>
    public async Task RunAsync(CancellationToken leading)
    {
        var backupRuns = new ActiveRuns(options.ConcurrentBackups);
        var restoreRuns = new ActiveRuns(options.ConcurrentRestores);
        var backupWork = new WorkTracker<VolumeBackup>(client, options.Namespace, loggers.CreateLogger<WorkTracker<VolumeBackup>>());
        var restoreWork = new WorkTracker<VolumeRestore>(client, options.Namespace, loggers.CreateLogger<WorkTracker<VolumeRestore>>());
        var cleaner = new VolumeWorkCleaner(client, options, locations, time, loggers.CreateLogger<VolumeWorkCleaner>());
        var suspicions = new LocationSuspicions();
        var repositories = new BackupRepositories(client, options, locations);
        var logs = new RunLogs(options, cluster, locations, repositories, time, loggers.CreateLogger<RunLogs>());
        var copier = new VolumeCopier(client, options, new AgentNodes(client, options, time), repositories, backupWork, restoreWork, cleaner);
        var backups = new BackupReconciler(
            client, options, lookups, plugins, new BackupRun(client, options, cluster, locations, logs, plugins, copier, cleaner, suspicions, time, loggers), backupRuns, cleaner, time);
        var restores = new RestoreReconciler(
            client, options, lookups, new RestoreRun(client, options, locations, logs, plugins, copier, cleaner, suspicions, time, loggers), restoreRuns, cleaner, time);
        var schedules = new BackupScheduleReconciler(client, options, lookups, clock, time);
        var stores = new BackupStorageLocationReconciler(
            client, options, locations, new BackupSync(client, options, locations, lookups, loggers.CreateLogger<BackupSync>()), suspicions, time);
        var deletions = new DeleteBackupRequestReconciler(client, options, locations, cleaner, backupRuns, time);

        using var backupController = Make<Backup>(null, backups.ReconcileAsync);
        using var restoreController = Make<Restore>(null, restores.ReconcileAsync);
        using var scheduleController = Make<BackupSchedule>(null, schedules.ReconcileAsync);
        using var storeController = Make<BackupStorageLocation>(options.Namespace, stores.ReconcileAsync);
        using var deletionController = Make<DeleteBackupRequest>(null, deletions.ReconcileAsync);
        backups.RunEnded = () =>
        {
            backupController.EnqueueAll();
            scheduleController.EnqueueAll();
        };
        restores.RunEnded = restoreController.EnqueueAll;
        suspicions.Raised = location => storeController.Enqueue(new ObjectName(options.Namespace, location));
        clock.Ring = scheduleController.Enqueue;

        try
        {
            await Task.WhenAll(
                backupWork.RunAsync(leading), restoreWork.RunAsync(leading), storeController.RunAsync(leading), backupController.RunAsync(leading),
                restoreController.RunAsync(leading), scheduleController.RunAsync(leading), deletionController.RunAsync(leading));
        }
        finally
        {
            await Task.WhenAll(backupRuns.DrainAsync(), restoreRuns.DrainAsync());
        }
    }

    private Controller<T> Make<T>(string? ns, Func<ObjectName, CancellationToken, Task<ReconcileResult>> reconcile)
        where T : class, ICustomResource =>
        new(client, ns, reconcile, time, loggers.CreateLogger<Controller<T>>());
}
