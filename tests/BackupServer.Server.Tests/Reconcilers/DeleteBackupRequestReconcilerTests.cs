using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.DeleteBackupRequests;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Kubernetes.Writes;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Locking;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Clusters;
using BackupServer.Server.Reconcilers;
using BackupServer.Server.Runs;
using BackupServer.Server.Tests.Locations;
using BackupServer.Server.Volumes;
using BackupServer.Tests.Clusters;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Server.Tests.Reconcilers;

public sealed class DeleteBackupRequestReconcilerTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Deleting_a_backup_waits_while_somebody_works_on_the_repository_and_then_takes_its_restores_logs_too()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateUsedLocationAsync(LocationLayout.Manifests);
        _ = await parts.Access.EnsureRepositoryAsync(location, LocationLayout.Restores, null, ServerParts.Ct);
        var backup = await BackupAsync(parts, location);
        await KeepLogAsync(parts, location, backup.Status!.SnapshotId!);
        await KeepLogAsync(parts, location, "another backup");
        var request = await parts.Client.CreateAsync(
            new DeleteBackupRequest { Metadata = new ObjectMeta { GenerateName = "d-", Namespace = parts.Options.Namespace }, Spec = new DeleteBackupRequestSpec { BackupName = backup.Metadata.Name } },
            cancellationToken: ServerParts.Ct);
        await using var other = await parts.OpenAsAsync(location, LocationLayout.Manifests, "somebody-else");
        await using var held = await ServerParts.LockAsync(other, LockMode.Shared);

        var again = await ReconcileAsync(parts, request);
        var waiting = await parts.Client.GetAsync<DeleteBackupRequest>(parts.Options.Namespace, request.Metadata.Name, ServerParts.Ct);
        var snapshots = SnapshotsIn(parts, LocationLayout.Manifests);
        await held.DisposeAsync();
        await ReconcileAsync(parts, request);

        Assert.True(again);
        Assert.Equal(DeleteBackupRequestPhase.InProgress, waiting.Status!.Phase);
        Assert.StartsWith("waits until nobody works on the repository: ", Assert.Single(waiting.Status.Errors!), StringComparison.Ordinal);
        Assert.Contains("somebody-else", waiting.Status.Errors![0], StringComparison.Ordinal);
        Assert.EndsWith("if its owner is dead, the lock is taken away in 30m0s", waiting.Status.Errors[0], StringComparison.Ordinal);
        Assert.Equal(1, snapshots);
        Assert.Equal(0, SnapshotsIn(parts, LocationLayout.Manifests));
        Assert.Equal(1, SnapshotsIn(parts, LocationLayout.Restores));
        Assert.Null(await parts.Client.FindAsync<Backup>(parts.Options.Namespace, backup.Metadata.Name, ServerParts.Ct));
        Assert.Null(await parts.Client.FindAsync<DeleteBackupRequest>(parts.Options.Namespace, request.Metadata.Name, ServerParts.Ct));
    }

    [Fact]
    public async Task Log_of_a_backup_that_failed_is_found_by_its_uid_and_goes_with_the_backup()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateUsedLocationAsync(LocationLayout.Manifests);
        var repositories = new BackupRepositories(parts.Client, parts.Options, parts.Access);
        var logs = new RunLogs(parts.Options, new ClusterIdentity(parts.Client), parts.Access, repositories, TimeProvider.System, NullLogger<RunLogs>.Instance);
        var backup = await parts.Client.CreateAsync(
            new Backup { Metadata = new ObjectMeta { GenerateName = "b-", Namespace = parts.Options.Namespace }, Spec = new BackupSpec { StorageLocation = location.Metadata.Name } },
            cancellationToken: ServerParts.Ct);
        backup = await parts.Client.PatchAsync<Backup>(
            parts.Options.Namespace, backup.Metadata.Name, StatusPatch.Of(new BackupStatus { Phase = BackupPhase.Failed }), WriteOptions.Status, ServerParts.Ct);

        await logs.KeepAsync(location, "backup", (log, token) => log.KeepAsync(backup, "{}\n"u8.ToArray(), token), ServerParts.Ct);
        var kept = await parts.OpenAsAsync(location, LocationLayout.Restores, "reader");
        var snapshot = Assert.Single(await kept.ListSnapshotsAsync(ServerParts.Ct));
        await kept.DisposeAsync();
        var request = await parts.Client.CreateAsync(
            new DeleteBackupRequest { Metadata = new ObjectMeta { GenerateName = "d-", Namespace = parts.Options.Namespace }, Spec = new DeleteBackupRequestSpec { BackupName = backup.Metadata.Name } },
            cancellationToken: ServerParts.Ct);
        _ = await ReconcileAsync(parts, request);

        Assert.Equal(backup.Metadata.Uid, snapshot.Tag(ArchiveLayout.BackupUidTag));
        Assert.Equal("Failed", snapshot.Tag(ArchiveLayout.PhaseTag));
        Assert.Equal(0, SnapshotsIn(parts, LocationLayout.Restores));
        Assert.Null(await parts.Client.FindAsync<Backup>(parts.Options.Namespace, backup.Metadata.Name, ServerParts.Ct));
    }

    private static async Task<bool> ReconcileAsync(ServerParts parts, DeleteBackupRequest request)
    {
        var cleaner = new VolumeWorkCleaner(parts.Client, parts.Options, parts.Access, TimeProvider.System, NullLogger<VolumeWorkCleaner>.Instance);
        var reconciler = new DeleteBackupRequestReconciler(parts.Client, parts.Options, parts.Access, cleaner, new ActiveRuns(1), TimeProvider.System);
        return await reconciler.ReconcileAsync(new ObjectName(parts.Options.Namespace, request.Metadata.Name), ServerParts.Ct) != BackupServer.Kubernetes.Reconciling.ReconcileResult.Done;
    }

    private static async Task<Backup> BackupAsync(ServerParts parts, BackupStorageLocation location)
    {
        await using var open = await parts.Access.OpenForRunAsync(location, LocationLayout.Manifests, ServerParts.Ct);
        await open.Repository.LoadIndexAsync(ServerParts.Ct);
        var stored = await new SnapshotBuilder(open.Repository).CommitAsync(new SnapshotHeader { HostName = "h", Paths = ["/b"] }, ServerParts.Ct);
        var backup = await parts.Client.CreateAsync(
            new Backup { Metadata = new ObjectMeta { GenerateName = "b-", Namespace = parts.Options.Namespace }, Spec = new BackupSpec { StorageLocation = location.Metadata.Name } },
            cancellationToken: ServerParts.Ct);
        var status = new BackupStatus { Phase = BackupPhase.Completed, SnapshotId = stored.Snapshot.Id.ToString() };
        return await parts.Client.PatchAsync<Backup>(parts.Options.Namespace, backup.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, ServerParts.Ct);
    }

    private static async Task KeepLogAsync(ServerParts parts, BackupStorageLocation location, string snapshotId)
    {
        await using var open = await parts.Access.OpenForRunAsync(location, LocationLayout.Restores, ServerParts.Ct);
        await open.Repository.LoadIndexAsync(ServerParts.Ct);
        var restore = new Restore { Metadata = new ObjectMeta { Name = "r", Uid = "u" }, Status = new RestoreStatus { Phase = RestorePhase.Completed } };
        await new RunLog(open.Repository, "c", "cluster").KeepAsync(restore, snapshotId, "{}\n"u8.ToArray(), ServerParts.Ct);
    }

    private static int SnapshotsIn(ServerParts parts, string path) => Directory.GetFiles(Path.Combine(parts.Directory, path, "snapshots")).Length;
}
