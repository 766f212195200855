using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Writes;
using BackupServer.Repository.Locking;
using BackupServer.Server.Locations;

namespace BackupServer.Server.Volumes;

/// <summary>Ends work units of runs that are stopped or deleted, and takes back what they committed.</summary>
internal sealed partial class VolumeWorkCleaner(KubernetesClient client, ServerOptions options, LocationAccess locations, TimeProvider time, ILogger<VolumeWorkCleaner> logger)
{
    /// <summary>An agent stops within seconds; one that does not answer is dead, and finds its unit gone when it comes back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly Patch Cancel = Patch.Merge("""{"spec":{"cancel":true}}"""u8.ToArray());

    /// <summary>Ends the units of a run (or the one of a volume), removes the snapshots they made and the units themselves.</summary>
    public async Task StopAsync(string runUid, string? key, CancellationToken cancellationToken)
    {
        var units = await ListAsync<VolumeBackup>(Labels.BackupUid, runUid, key, cancellationToken);
        var restores = await ListAsync<VolumeRestore>(Labels.RestoreUid, runUid, key, cancellationToken);
        foreach (var unit in units)
        {
            await AskToStopAsync<VolumeBackup>(unit.Metadata.Name, cancellationToken);
        }

        foreach (var unit in restores)
        {
            await AskToStopAsync<VolumeRestore>(unit.Metadata.Name, cancellationToken);
        }

        var deadline = time.GetUtcNow() + Patience;
        while (time.GetUtcNow() < deadline && (units.Exists(u => IsRunning(u.Status?.Phase)) || restores.Exists(u => IsRunning(u.Status?.Phase))))
        {
            await Task.Delay(Pause, time, cancellationToken);
            units = await ListAsync<VolumeBackup>(Labels.BackupUid, runUid, key, cancellationToken);
            restores = await ListAsync<VolumeRestore>(Labels.RestoreUid, runUid, key, cancellationToken);
        }

        await ForgetAsync(units, cancellationToken);
        foreach (var unit in units)
        {
            _ = await client.DeleteAsync<VolumeBackup>(options.Namespace, unit.Metadata.Name, cancellationToken: cancellationToken);
        }

        foreach (var unit in restores)
        {
            _ = await client.DeleteAsync<VolumeRestore>(options.Namespace, unit.Metadata.Name, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Removes the objects of finished units of a run; their snapshots stay.</summary>
    public async Task RemoveObjectsAsync(string runUid, CancellationToken cancellationToken)
    {
        foreach (var unit in await ListAsync<VolumeBackup>(Labels.BackupUid, runUid, null, cancellationToken))
        {
            _ = await client.DeleteAsync<VolumeBackup>(options.Namespace, unit.Metadata.Name, cancellationToken: cancellationToken);
        }

        foreach (var unit in await ListAsync<VolumeRestore>(Labels.RestoreUid, runUid, null, cancellationToken))
        {
            _ = await client.DeleteAsync<VolumeRestore>(options.Namespace, unit.Metadata.Name, cancellationToken: cancellationToken);
        }
    }

    private static bool IsRunning(VolumeWorkPhase? phase) => phase is null or VolumeWorkPhase.New or VolumeWorkPhase.InProgress;

    private async Task<List<T>> ListAsync<T>(string uidLabel, string runUid, string? key, CancellationToken cancellationToken)
        where T : class, ICustomResource
    {
        var found = new List<T>();
        await foreach (var unit in client.ListAsync<T>(new ListOptions { Namespace = options.Namespace, LabelSelector = $"{uidLabel}={runUid}" }, cancellationToken))
        {
            if (key is null || unit.Metadata.Name.EndsWith(VolumeWorkNames.Of("", runUid, key), StringComparison.Ordinal))
            {
                found.Add(unit);
            }
        }

        return found;
    }

    private async Task AskToStopAsync<T>(string name, CancellationToken cancellationToken)
        where T : class, ICustomResource
    {
        try
        {
            _ = await client.PatchAsync<T>(options.Namespace, name, Cancel, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            LogGone(logger, typeof(T).Name, name);
        }
    }

    private async Task ForgetAsync(List<VolumeBackup> units, CancellationToken cancellationToken)
    {
        foreach (var group in units.GroupBy(u => (u.Spec.StorageLocation, u.Spec.RepositoryPath)))
        {
            var location = await client.GetAsync<BackupStorageLocation>(options.Namespace, group.Key.StorageLocation, cancellationToken);
            // Shared, where the format wants the exclusive lock for forgetting: others may be copying into the same repository for hours, and nobody knows of these
            // snapshots yet. It keeps maintenance away, whose lock is waited for by trying again.
            await using var open = await locations.OpenLockedAsync(location, group.Key.RepositoryPath, LockMode.Shared, LockPatience, cancellationToken);
            var tags = group.Select(u => Agents.JobTag(u.Metadata.Uid ?? "")).ToHashSet();
            foreach (var snapshot in await open.Repository.ListSnapshotsAsync(cancellationToken))
            {
                if (snapshot.Tags?.Any(tags.Contains) == true)
                {
                    await open.Repository.DeleteSnapshotAsync(snapshot.Id, cancellationToken);
                    LogForgotten(logger, snapshot.Id.ToString(), group.Key.RepositoryPath);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} was gone before it could be stopped")]
    private static partial void LogGone(ILogger logger, string kind, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed snapshot {Snapshot} of a stopped run from {Path}")]
    private static partial void LogForgotten(ILogger logger, string snapshot, string path);
}
