using System.Diagnostics;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.EndToEnd.Tests.Cancelling;

/// <summary><c>spec.cancel</c> stops within seconds and leaves nothing.</summary>
public sealed class CancelTests(CancelCluster cluster) : IClassFixture<CancelCluster>
{
    /// <summary>
    /// The promise is 5 s for a machine of one's own. Here other tests run beside, so more is allowed, but less than any time limit that a run which
    /// does not heed the wish would wait for.
    /// </summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5 + 15);

    private static readonly GroupVersionResource Pods = new("", "v1", "pods");

    [Fact]
    public async Task Cancelled_backup_stops_within_5_s_and_leaves_nothing()
    {
        var created = await cluster.CreateBackupAsync("cancelled", new BackupSpec { IncludedNamespaces = ["large"], DefaultVolumesToFsBackup = true, StorageLocation = cluster.Location.Name });
        await VolumeIsBeingReadAsync(created.Metadata.Uid!);

        var watch = Stopwatch.StartNew();
        await cluster.CancelBackupAsync("cancelled");
        _ = await cluster.EndOfBackupAsync("cancelled", BackupPhase.Canceled);
        watch.Stop();

        Assert.True(watch.Elapsed < Promised, $"it took {watch.Elapsed}");
        Assert.Empty(await cluster.Location.SnapshotsAsync(TestLocation.ManifestsPath, $"backup-uid={created.Metadata.Uid}"));
        Assert.Empty(await cluster.Location.SnapshotsAsync(TestLocation.VolumesPath("large"), $"backup-uid={created.Metadata.Uid}"));
        Assert.Empty(await UnitsAsync<VolumeBackup>(Labels.BackupUid, created.Metadata.Uid!));
    }

    [Fact]
    public async Task Cancelled_restore_stops_within_5_s_and_leaves_no_work_and_no_holder()
    {
        _ = await cluster.CreateBackupAsync("whole", new BackupSpec { IncludedNamespaces = ["large"], DefaultVolumesToFsBackup = true, StorageLocation = cluster.Location.Name });
        _ = await cluster.EndOfBackupAsync("whole");
        var created = await cluster.CreateRestoreAsync("cancelled", new RestoreSpec { BackupName = "whole", NamespaceMapping = new() { ["large"] = "large-again" } });
        _ = await Eventually.GetAsync(
            () => UnitsAsync<VolumeRestore>(Labels.RestoreUid, created.Metadata.Uid!), units => units.Exists(u => u.Status?.Phase == VolumeWorkPhase.InProgress), _ => "no volume is being written");

        var watch = Stopwatch.StartNew();
        await cluster.CancelRestoreAsync("cancelled");
        _ = await cluster.EndOfRestoreAsync("cancelled", RestorePhase.Canceled);
        watch.Stop();

        Assert.True(watch.Elapsed < Promised, $"it took {watch.Elapsed}");
        Assert.Empty(await UnitsAsync<VolumeRestore>(Labels.RestoreUid, created.Metadata.Uid!));
        await foreach (var pod in cluster.Client.ListAsync(Pods, new ListOptions { Namespace = "large-again" }).WithCancellation(TestCluster.Ct))
        {
            Assert.True(pod.Metadata.DeletionTimestamp is not null || !pod.Metadata.Name.StartsWith("volume-restore-", StringComparison.Ordinal), $"{pod.Metadata.Name} is left");
        }
    }

    [Fact]
    public async Task Backup_cancelled_before_it_begins_is_Canceled()
    {
        var created = await cluster.CreateBackupAsync("never", new BackupSpec { IncludedNamespaces = ["large"], StorageLocation = cluster.Location.Name, Cancel = true });

        _ = await cluster.EndOfBackupAsync("never", BackupPhase.Canceled);

        Assert.Empty(await cluster.Location.SnapshotsAsync(TestLocation.ManifestsPath, $"backup-uid={created.Metadata.Uid}"));
    }

    private Task VolumeIsBeingReadAsync(string uid) => Eventually.GetAsync(
        () => UnitsAsync<VolumeBackup>(Labels.BackupUid, uid), units => units.Exists(u => u.Status?.Phase == VolumeWorkPhase.InProgress), _ => "no volume is being read");

    private async Task<List<T>> UnitsAsync<T>(string label, string uid)
        where T : class, ICustomResource
    {
        var found = new List<T>();
        await foreach (var unit in cluster.Client.ListAsync<T>(new ListOptions { Namespace = TestCluster.ServerNamespace, LabelSelector = $"{label}={uid}" }, TestCluster.Ct))
        {
            found.Add(unit);
        }

        return found;
    }
}
