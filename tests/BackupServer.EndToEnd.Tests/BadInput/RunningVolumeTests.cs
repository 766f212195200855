using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.EndToEnd.Tests.Cancelling;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>What goes wrong while a large volume is being read.</summary>
public sealed class RunningVolumeTests(CancelCluster cluster) : IClassFixture<CancelCluster>
{
    [Fact]
    public async Task Location_removed_in_mid_run_ends_the_backup_without_a_snapshot_and_is_not_made_again()
    {
        var location = await TestLocation.CreateAsync(cluster, "removed");
        var created = await cluster.CreateBackupAsync("removed", new BackupSpec { IncludedNamespaces = ["large"], DefaultVolumesToFsBackup = true, StorageLocation = "removed" });
        await VolumeIsBeingReadAsync(created.Metadata.Uid!);

        Directory.Move(location.Directory, location.Directory + "-away");
        var backup = await cluster.BackupAsync("removed", b => b.Status?.Messages?.Exists(m => m.Contains(location.Directory, StringComparison.Ordinal)) == true);

        Assert.True(backup.Status!.Phase is not (BackupPhase.Completed or BackupPhase.PartiallyFailed), backup.Words());
        Assert.Null(backup.Status.SnapshotId);
        Assert.False(Directory.Exists(location.Directory));

        // It was begun again hundreds of times a second while the location was gone.
        var log = await File.ReadAllLinesAsync(Path.Combine(cluster.Logs, "server-0.log"), TestCluster.Ct);
        Assert.InRange(log.Count(l => l.Contains("Backup backup-system/removed begins", StringComparison.Ordinal)), 1, 20);
    }

    [Fact]
    public async Task Files_that_change_and_vanish_while_read_harm_no_other_file()
    {
        var application = new SmallApplication(cluster, "large");
        var directory = await application.VolumeDirectoryAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestCluster.Ct);
        var churning = Task.Run(() => Churn(Directory.CreateDirectory(Path.Combine(directory, "restless")).FullName, enough.Token), TestCluster.Ct);

        _ = await cluster.CreateBackupAsync("restless", new BackupSpec { IncludedNamespaces = ["large"], DefaultVolumesToFsBackup = true, StorageLocation = cluster.Location.Name });
        var backup = await cluster.BackupAsync("restless", b => b.Status?.CompletionTimestamp is not null);
        await enough.CancelAsync();
        await churning;
        Assert.True(backup.Status!.Phase is BackupPhase.Completed or BackupPhase.PartiallyFailed, backup.Words());
        _ = await cluster.CreateRestoreAsync("restless", new RestoreSpec { BackupName = "restless", NamespaceMapping = new() { ["large"] = "large-restless" } });
        _ = await cluster.RestoreAsync("restless", r => r.Status?.CompletionTimestamp is not null);
        var restored = await new SmallApplication(cluster, "large-restless").VolumeDirectoryAsync();

        Directory.Delete(Path.Combine(directory, "restless"), recursive: true);
        Directory.Delete(Path.Combine(restored, "restless"), recursive: true);
        Trees.AssertEqual(directory, restored);
    }

    private static void Churn(string directory, CancellationToken cancellationToken)
    {
        var random = new Random(9);
        while (!cancellationToken.IsCancellationRequested)
        {
            var file = Path.Combine(directory, $"file-{random.Next(0, 50)}");
            if (random.Next(3) == 0)
            {
                File.Delete(file);
            }
            else
            {
                File.WriteAllBytes(file, new byte[random.Next(0, 100_000)]);
            }
        }
    }

    private Task VolumeIsBeingReadAsync(string uid) => Eventually.GetAsync(
        async () =>
        {
            await foreach (var unit in cluster.Client.ListAsync<VolumeBackup>(new ListOptions { Namespace = TestCluster.ServerNamespace, LabelSelector = $"{Labels.BackupUid}={uid}" }, TestCluster.Ct))
            {
                if (unit.Status?.Phase == VolumeWorkPhase.InProgress)
                {
                    return true;
                }
            }

            return false;
        },
        reading => reading, _ => "no volume is being read");
}
