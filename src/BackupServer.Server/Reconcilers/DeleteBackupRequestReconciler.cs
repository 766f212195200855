using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.DeleteBackupRequests;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Writes;
using BackupServer.Repository;
using BackupServer.Repository.Locking;
using BackupServer.Repository.ObjectStores;
using BackupServer.Repository.Snapshots;
using BackupServer.Server.Locations;
using BackupServer.Server.Runs;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Reconcilers;

/// <summary>Deletes backups with their data. The only writer of DeleteBackupRequest status.</summary>
internal sealed class DeleteBackupRequestReconciler(KubernetesClient client, ServerOptions options, LocationAccess locations, VolumeWorkCleaner cleaner, ActiveRuns backups, TimeProvider time)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseWhileLocked = TimeSpan.FromSeconds(15);

    /// <summary>Looks at one request.</summary>
    public async Task<ReconcileResult> ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (await client.FindAsync<DeleteBackupRequest>(name.Namespace, name.Name, cancellationToken) is not { } request
            || request.Status?.Phase == DeleteBackupRequestPhase.Processed)
        {
            return ReconcileResult.Done;
        }

        List<string> errors;
        try
        {
            await WriteAsync(request, DeleteBackupRequestPhase.InProgress, request.Status?.Errors ?? [], cancellationToken);
            errors = await DeleteAsync(new ObjectName(name.Namespace, request.Spec.BackupName), cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Locked)
        {
            // Nobody gives up because a backup runs in the same location: what is deleted already is not looked for again.
            await WriteAsync(request, DeleteBackupRequestPhase.InProgress, [$"waits until nobody works on the repository: {e.Message}"], cancellationToken);
            return ReconcileResult.After(PauseWhileLocked);
        }

        await WriteAsync(request, DeleteBackupRequestPhase.Processed, errors, cancellationToken);
        if (errors.Count == 0)
        {
            _ = await client.DeleteAsync<DeleteBackupRequest>(name.Namespace, name.Name, cancellationToken: cancellationToken);
        }

        return ReconcileResult.Done;
    }

    private async Task<List<string>> DeleteAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (await client.FindAsync<Backup>(name.Namespace, name.Name, cancellationToken) is not { } backup)
        {
            return [$"there is no Backup {name}"];
        }

        if (backups.IsRunning(name) || !BackupReconciler.IsFinished(backup.Status?.Phase ?? BackupPhase.New))
        {
            return [$"backup {name} is {backup.Status?.Phase ?? BackupPhase.New}; cancel it or wait for its end first"];
        }

        var location = await client.FindAsync<BackupStorageLocation>(options.Namespace, backup.Spec.StorageLocation ?? "", cancellationToken);
        if (location is null)
        {
            return [$"location {backup.Spec.StorageLocation} of backup {name} does not exist, so its data cannot be deleted; create the location again, or delete the Backup object alone"];
        }

        if (location.Spec.AccessMode == AccessMode.ReadOnly)
        {
            return [$"location {location.Metadata.Name} is read-only"];
        }

        try
        {
            await RemoveDataAsync(location, backup, cancellationToken);
            await cleaner.StopAsync(backup.Metadata.Uid!, null, cancellationToken);
            _ = await client.DeleteAsync<Backup>(name.Namespace, name.Name, new DeleteOptions { Uid = backup.Metadata.Uid }, cancellationToken);
            return [];
        }
        catch (Exception e) when (e is LocationException or RepositoryException { Kind: not RepositoryErrorKind.Locked } or ObjectStoreException)
        {
            return [e.Message];
        }
    }

    /// <summary>The manifests snapshot goes first: without it the backup does not exist, and what volumes' snapshots are left are recognisable as orphans.</summary>
    private async Task RemoveDataAsync(BackupStorageLocation location, Backup backup, CancellationToken cancellationToken)
    {
        if (backup.Status?.SnapshotId is { Length: > 0 } manifests)
        {
            await ForgetAsync(location, LocationLayout.Manifests, snapshot => snapshot.Id.ToString() == manifests, cancellationToken);
            await ForgetAsync(location, LocationLayout.Restores, snapshot => snapshot.Tag(ArchiveLayout.OfSnapshotTag) == manifests, cancellationToken);
        }

        else
        {
            await ForgetAsync(location, LocationLayout.Restores, snapshot => snapshot.Tag(ArchiveLayout.BackupUidTag) == backup.Metadata.Uid, cancellationToken);
        }

        var volumes = (backup.Status?.Volumes ?? []).Where(v => v.SnapshotId is { Length: > 0 });
        foreach (var group in volumes.GroupBy(v => (v.Claim ?? v.PodVolume ?? "").Split('/')[0], v => v.SnapshotId!))
        {
            var ids = group.ToHashSet();
            await ForgetAsync(location, LocationLayout.Volumes(group.Key), snapshot => ids.Contains(snapshot.Id.ToString()), cancellationToken);
        }
    }

    private async Task ForgetAsync(BackupStorageLocation location, string path, Func<Snapshot, bool> isMeant, CancellationToken cancellationToken)
    {
        if (!await locations.HasRepositoryAsync(location, path, cancellationToken))
        {
            return;
        }

        // Looked for before the lock is taken: where there is nothing to forget, nobody has to wait for anybody.
        await using var open = await locations.OpenRepositoryAsync(location, path, cancellationToken);
        var meant = (await open.Repository.ListSnapshotsAsync(cancellationToken)).Where(isMeant).ToList();
        if (meant.Count == 0)
        {
            return;
        }

        await using var locked = await LockAsync(location, path, open.Repository, cancellationToken);
        foreach (var snapshot in meant)
        {
            await locked.Repository.DeleteSnapshotAsync(snapshot.Id, cancellationToken);
        }
    }

    private async Task<OpenRepository> LockAsync(BackupStorageLocation location, string path, Repository.Repository repository, CancellationToken cancellationToken)
    {
        try
        {
            return await locations.OpenLockedAsync(location, path, LockMode.Exclusive, LockPatience, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Locked)
        {
            var choices = new LockOptions();
            var held = (await RepositoryLock.ListAsync(repository, choices, cancellationToken)).MaxBy(other => other.Time);
            throw held is null ? e : new RepositoryException(RepositoryErrorKind.Locked, $"{path} has a {held}. {Words(held.Time + choices.StaleAfter - time.GetUtcNow())}", e);
        }
    }

    // Nobody has to remove a lock by hand: a living owner writes it anew every few minutes, and a dead one's is taken away.
    private static string Words(TimeSpan left) =>
        $"It is tried again every {PauseWhileLocked.TotalSeconds:0} s; if its owner is dead, the lock is taken away {(left > TimeSpan.Zero ? $"in {GoDuration.Format(TimeSpan.FromMinutes(Math.Ceiling(left.TotalMinutes)))}" : "now")}";

    private async Task WriteAsync(DeleteBackupRequest request, DeleteBackupRequestPhase phase, List<string> errors, CancellationToken cancellationToken)
    {
        var status = new DeleteBackupRequestStatus { Phase = phase, Errors = errors };
        _ = await client.PatchAsync<DeleteBackupRequest>(request.Metadata.Namespace!, request.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
    }
}
