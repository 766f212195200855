using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Tests.Support;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Tests.Restores;

/// <summary>Volumes whose data does not come back, and what depends on them.</summary>
public sealed class VolumeDataTests
{
    private const string Claim = "persistentvolumeclaims shop/data-db-0";
    private const string Database = "statefulsets.apps shop/db";

    [Fact]
    public async Task Mapping_to_a_class_that_does_not_exist_is_refused_before_anything_is_created()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        var before = world.Cluster.References;

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { StorageClassMapping = new() { ["fast"] = "slow" } }));

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        var error = Assert.Single(report.Errors);
        Assert.Equal("spec.storageClassMapping[fast]", error.About);
        Assert.Contains("\"slow\"", error.Text, StringComparison.Ordinal);
        Assert.Equal(before, world.Cluster.References);
    }

    [Fact]
    public async Task Claim_of_a_class_that_the_cluster_lacks_fails_at_once_and_says_to_map_it()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        LoseClass(world);

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { ExcludedResources = ["storageclasses"] }));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        var error = Assert.Single(report.Errors, error => error.About == Claim).Text;
        Assert.Contains("no StorageClass \"fast\"", error, StringComparison.Ordinal);
        Assert.Contains("storageClassMapping", error, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Waits, wait => wait.Contains("volume-restore-", StringComparison.Ordinal));
        Assert.Null(world.Cluster[Database]);
    }

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"made-by-hand"},"spec":{"storageClassName":"fast","capacity":{"storage":"100Gi"},"accessModes":["ReadWriteOnce"]},"status":{"phase":"Available"}}""")]
    [InlineData("""{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"reserved"},"spec":{"storageClassName":"fast","capacity":{"storage":"100Gi"},"accessModes":["ReadWriteOnce"],"claimRef":{"namespace":"shop","name":"data-db-0"}}}""")]
    public async Task Claim_of_a_missing_class_is_written_when_a_volume_of_that_class_fits(string volume)
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        LoseClass(world);
        world.Cluster.Add(volume);

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { ExcludedResources = ["storageclasses"] }));

        Assert.DoesNotContain(report.Errors, error => error.About == Claim);
        Assert.Equal(1, report.VolumesRestored);
    }

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"too-small"},"spec":{"storageClassName":"fast","capacity":{"storage":"1Ki"},"accessModes":["ReadWriteOnce"]},"status":{"phase":"Available"}}""")]
    [InlineData("""{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"others"},"spec":{"storageClassName":"fast","capacity":{"storage":"100Gi"},"accessModes":["ReadWriteOnce"],"claimRef":{"namespace":"other","name":"data-db-0"}}}""")]
    [InlineData("""{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"other-class"},"spec":{"storageClassName":"slow","capacity":{"storage":"100Gi"},"accessModes":["ReadWriteOnce"]},"status":{"phase":"Available"}}""")]
    public async Task Volume_that_does_not_fit_is_not_waited_for(string volume)
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        LoseClass(world);
        world.Cluster.Add(volume);

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { ExcludedResources = ["storageclasses"] }));

        Assert.Contains("storageClassMapping", Assert.Single(report.Errors, error => error.About == Claim).Text, StringComparison.Ordinal);
    }

    private static void LoseClass(EngineWorld world)
    {
        world.Cluster.RemoveNamespace("shop");
        world.Cluster.Remove("storageclasses.storage.k8s.io fast");
        world.Cluster.Remove("persistentvolumes pv-data");
    }

    [Fact]
    public async Task Workload_whose_claim_could_not_be_made_is_held_back_and_named_and_the_rest_is_restored()
    {
        await using var world = EngineWorld.WithShop();
        AddUsers(world);
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        world.Cluster.Refuse = reference => reference.ToString() == Claim ? WriteResult.Failed(403, "Forbidden", "exceeded quota") : null;

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        foreach (var held in new[] { Database, "deployments.apps shop/reader", "cronjobs.batch shop/nightly", "pods shop/inspector" })
        {
            Assert.Null(world.Cluster[held]);
            Assert.Contains("shop/data-db-0", Assert.Single(report.Errors, error => error.About == held).Text, StringComparison.Ordinal);
        }

        Assert.NotNull(world.Cluster["deployments.apps shop/web"]);
        Assert.NotNull(world.Cluster["pods shop/debug"]);
    }

    [Fact]
    public async Task Workload_whose_data_could_not_be_written_is_held_back_and_so_it_is_by_the_next_restore()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        world.Agents.AnswerRestore = _ => new VolumeRestoreOutcome { Failure = "the repository is damaged" };

        var first = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));
        world.Agents.AnswerRestore = _ => null;
        var second = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, name: "r2"));

        Assert.Equal((RunOutcome.PartiallyFailed, RunOutcome.PartiallyFailed), (first.Outcome, second.Outcome));
        Assert.Contains(first.Errors, error => error.About == Claim && error.Text.Contains("damaged", StringComparison.Ordinal));
        Assert.Contains(second.Errors, error => error.About == Claim && error.Text.Contains("restore r1 made the claim", StringComparison.Ordinal));
        Assert.All([first, second], report => Assert.Contains(report.Errors, error => error.About == Database));
        Assert.Null(world.Cluster[Database]);
    }

    [Fact]
    public async Task Restore_after_the_claim_was_deleted_brings_data_and_workload()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        world.Agents.Claims.Clear();
        world.Agents.AnswerRestore = _ => new VolumeRestoreOutcome { Failure = "the repository is damaged" };
        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));
        world.Agents.AnswerRestore = _ => null;
        world.Cluster.Remove(Claim);

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, name: "r2"));

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal("rows", world.Agents.Claims["shop/data-db-0"]);
        Assert.NotNull(world.Cluster[Database]);
    }

    [Fact]
    public async Task Data_that_is_not_restored_because_the_claim_was_there_makes_the_restore_PartiallyFailed()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.Remove(Database);
        world.Agents.Claims["shop/data-db-0"] = "newer rows";

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains("never overwritten", Assert.Single(report.Errors).Text, StringComparison.Ordinal);
        Assert.Equal(Claim, report.Errors[0].About);
        Assert.Equal("newer rows", world.Agents.Claims["shop/data-db-0"]);
        Assert.NotNull(world.Cluster[Database]);
    }

    [Fact]
    public async Task Claim_whose_data_the_backup_failed_to_copy_makes_the_restore_PartiallyFailed()
    {
        await using var world = EngineWorld.WithShop();
        world.Agents.Answer = _ => new VolumeBackupOutcome { Failure = "the node is gone" };
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains("the node is gone", Assert.Single(report.Errors).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_beside_the_original_does_not_wait_for_the_originals_own_disk()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster["persistentvolumes pv-data"]!["spec"]!["persistentVolumeReclaimPolicy"] = "Retain";
        world.Agents.Answer = _ => new VolumeBackupOutcome { Failure = "the node is gone" };
        var backup = await world.BackUpAsync();

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { IncludedNamespaces = ["shop"], NamespaceMapping = new() { ["shop"] = "copy" } }));

        Assert.Contains(report.Errors, error => error.About == "persistentvolumeclaims copy/data-db-0" && error.Text.Contains("in use by the claim shop/data-db-0", StringComparison.Ordinal));
        Assert.Contains(report.Errors, error => error.About == "statefulsets.apps copy/db");
        Assert.Equal("shop", (string)world.Cluster["persistentvolumes pv-data"]!["spec"]!["claimRef"]!["namespace"]!);
    }

    [Fact]
    public async Task Files_of_a_pods_own_volume_that_somebody_named_are_kept_and_their_restore_is_no_silent_success()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.Add("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"cache","namespace":"shop","annotations":{"backup.velero.io/backup-volumes":"files"}},"spec":{"nodeName":"node-1",
            "containers":[{"name":"c","image":"c","volumeMounts":[{"name":"files","mountPath":"/files"}]}],"volumes":[{"name":"files","emptyDir":{}}]},"status":{"phase":"Running"}}
            """);

        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Equal(RunOutcome.Completed, backup.Outcome);
        Assert.Contains(backup.Warnings, warning => warning.About == "pods shop/cache volume files" && warning.Text.Contains("does not write them back", StringComparison.Ordinal));
        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Equal("pods shop/cache volume files", Assert.Single(report.Errors).About);
        Assert.NotNull(world.Cluster["pods shop/cache"]);
    }

    private static void AddUsers(EngineWorld world)
    {
        const string spec = """{"containers":[{"name":"c","image":"c","volumeMounts":[{"name":"data","mountPath":"/data"}]}],"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data-db-0"}}]}""";
        foreach (var manifest in new[]
        {
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"reader","namespace":"shop"},"spec":{"replicas":1,"template":{"spec":SPEC}}}""",
            """{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly","namespace":"shop"},"spec":{"jobTemplate":{"spec":{"template":{"spec":SPEC}}}}}""",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"inspector","namespace":"shop"},"spec":SPEC}""",
        })
        {
            world.Cluster.Add(manifest.Replace("SPEC", spec, StringComparison.Ordinal));
        }
    }
}
