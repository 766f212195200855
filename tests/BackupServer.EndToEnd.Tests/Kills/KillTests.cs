using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.EndToEnd.Tests.Kills;

/// <summary>Kill -9 at thirty moments: the same run is finished, and comes to what it comes to undisturbed. Even seeds kill the leading server, odd ones the agent.</summary>
public sealed class KillTests(KillableCluster cluster) : IClassFixture<KillableCluster>
{
    private const int Seeds = 15;
    private static readonly GroupVersionResource Backups = CustomResourceAttribute.Of(typeof(Backup)).Resource;
    private static readonly GroupVersionResource Restores = CustomResourceAttribute.Of(typeof(Restore)).Resource;
    private static readonly GroupVersionResource Namespaces = new("", "v1", "namespaces");
    private static readonly GroupVersionResource Pods = new("", "v1", "pods");

    public static TheoryData<int> BackupSeeds => [.. Enumerable.Range(0, Seeds)];

    public static TheoryData<int> RestoreSeeds => [.. Enumerable.Range(100, Seeds)];

    [Theory]
    [MemberData(nameof(BackupSeeds))]
    public async Task Killed_backup_is_finished_as_if_undisturbed(int seed)
    {
        var name = $"killed-{seed}";
        var moment = Moment.Of(seed, ["Queued", "InProgress", "WaitingForVolumes", "Finalizing"]);
        await cluster.Application.FillAsync(seed + 1, KillableCluster.LargeBytes);
        cluster.TopUpServers();

        var created = await cluster.CreateBackupAsync(name, cluster.Spec);
        await moment.WaitAsync(cluster, Backups, Raw(created));
        await KillAsync(seed);
        var backup = await cluster.EndOfBackupAsync(name);

        Assert.Equal(created.Metadata.Uid, backup.Metadata.Uid);
        Assert.Equal(cluster.UndisturbedObjects, await cluster.IndexAsync(backup));
        Assert.Equal(cluster.Undisturbed.Status!.Progress!.ItemsBackedUp, backup.Status!.Progress!.ItemsBackedUp);
        Assert.Equal((0, 0), (backup.Status.Errors, backup.Status.Warnings));
        _ = Assert.Single(await cluster.Location.SnapshotsAsync(TestLocation.ManifestsPath, $"backup-uid={backup.Metadata.Uid}"));
        _ = Assert.Single(await cluster.Location.SnapshotsAsync(TestLocation.VolumesPath("small"), $"backup-uid={backup.Metadata.Uid}"));
        var copy = Path.Combine(cluster.Directory, $"copy-{seed}");
        await cluster.RestoreFilesAsync(backup, copy);
        Trees.AssertEqual(await cluster.Application.VolumeDirectoryAsync(), copy);
        Directory.Delete(copy, recursive: true);
        await AssertNoWorkIsLeftAsync(Labels.BackupUid, backup.Metadata.Uid!);
    }

    [Theory]
    [MemberData(nameof(RestoreSeeds))]
    public async Task Killed_restore_is_finished_as_if_undisturbed(int seed)
    {
        var name = $"killed-{seed}";
        var ns = $"small-{seed}";
        var moment = Moment.Of(seed, ["Queued", "InProgress", "Finalizing"]);
        cluster.TopUpServers();

        var created = await cluster.CreateRestoreAsync(name, new RestoreSpec { BackupName = "undisturbed", NamespaceMapping = new() { ["small"] = ns } });
        await moment.WaitAsync(cluster, Restores, Raw(created));
        await KillAsync(seed);
        var restore = await cluster.EndOfRestoreAsync(name);

        Assert.Equal(created.Metadata.Uid, restore.Metadata.Uid);
        Assert.Equal((0, cluster.UndisturbedRestore.Status!.Warnings), (restore.Status!.Errors, restore.Status.Warnings));
        var restored = new SmallApplication(cluster, ns);
        Trees.AssertEqual(cluster.ReferenceFiles, await restored.VolumeDirectoryAsync());
        Assert.Equal(cluster.RestoredObjects, await restored.ObjectsAsync());
        Assert.Empty(await NamesAsync(Pods, ns, $"{Labels.RestoreUid}={restore.Metadata.Uid},app!=small"));
        await AssertNoWorkIsLeftAsync(Labels.RestoreUid, restore.Metadata.Uid!);
        _ = await cluster.Client.DeleteAsync(Namespaces, null, ns, new DeleteOptions(), TestCluster.Ct);
    }

    private static bool KillsServer(int seed) => seed % 2 == 0;

    private static RawObject Raw<T>(T created)
        where T : class, ICustomResource => RawObject.From(System.Text.Json.JsonSerializer.SerializeToNode(created, KubernetesJson.Options)!);

    /// <summary>A dead agent is started again at once, for nobody stands in for it; a dead server has a successor that waits.</summary>
    private async Task KillAsync(int seed)
    {
        if (KillsServer(seed))
        {
            _ = await cluster.KillLeaderAsync();
            return;
        }

        await cluster.KillAgentAsync();
        cluster.StartAgent();
    }

    private async Task AssertNoWorkIsLeftAsync(string label, string uid)
    {
        foreach (var type in new[] { typeof(VolumeBackup), typeof(VolumeRestore) })
        {
            Assert.Empty(await NamesAsync(CustomResourceAttribute.Of(type).Resource, TestCluster.ServerNamespace, $"{label}={uid}"));
        }
    }

    private async Task<List<string>> NamesAsync(GroupVersionResource resource, string ns, string selector)
    {
        var names = new List<string>();
        await foreach (var item in cluster.Client.ListAsync(resource, new ListOptions { Namespace = ns, LabelSelector = selector }).WithCancellation(TestCluster.Ct))
        {
            names.Add(item.Metadata.Name);
        }

        return names;
    }
}
