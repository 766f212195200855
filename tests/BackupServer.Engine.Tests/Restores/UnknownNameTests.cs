using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Tests.Support;

namespace BackupServer.Engine.Tests.Restores;

/// <summary>Restores that name what the backup does not hold.</summary>
public sealed class UnknownNameTests
{
    [Fact]
    public async Task Mistyped_keys_of_mappings_refuse_the_restore_before_anything_is_changed()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        var before = world.Cluster.References;

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec
        {
            NamespaceMapping = new() { ["shpo"] = "copy" },
            StorageClassMapping = new() { ["fats"] = "fast" },
        }));

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("there is shop.", Assert.Single(report.Errors, error => error.About == "spec.namespaceMapping[shpo]").Text, StringComparison.Ordinal);
        Assert.Contains("there is fast.", Assert.Single(report.Errors, error => error.About == "spec.storageClassMapping[fats]").Text, StringComparison.Ordinal);
        Assert.Equal(before, world.Cluster.References);
    }

    [Fact]
    public async Task Kinds_that_neither_backup_nor_cluster_has_refuse_the_restore_and_those_that_only_the_backup_has_do_not()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.Serve(TestKinds.Kind("example.io/v1", "widgets", "Widget", true));
        world.Cluster.Add("""{"apiVersion":"example.io/v1","kind":"Widget","metadata":{"name":"w1","namespace":"shop"}}""");
        var backup = await world.BackUpAsync();
        world.Cluster = new InMemoryCluster();
        var before = world.Cluster.References;

        var mistyped = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { IncludedResources = ["widgets", "deploymentz"], ExcludedResources = ["secretz"] }));
        var known = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { IncludedResources = ["widgets.example.io"], DryRun = true }));

        Assert.Equal(RunOutcome.Failed, mistyped.Outcome);
        Assert.Equal(["spec.includedResources[1]", "spec.excludedResources[0]"], mistyped.Refusals.Select(refusal => refusal.About));
        Assert.Equal(before, world.Cluster.References);
        Assert.Empty(known.Refusals);
    }

    [Fact]
    public async Task Dry_run_says_what_is_wrong_before_the_plan()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { DryRun = true, IncludedNamespaces = ["shop", "nowhere"] }));

        Assert.StartsWith("namespaces nowhere:", report.Messages()[0], StringComparison.Ordinal);
        Assert.Contains(report.Messages(), line => line.Contains("into claim shop/data-db-0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_that_selects_nothing_is_no_success()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { IncludedNamespaces = ["dev-*"], IncludeClusterResources = false }));

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("nothing is restored", Assert.Single(report.Errors).Text, StringComparison.Ordinal);
        Assert.Equal("namespaces dev-*", Assert.Single(report.Warnings).About);
    }

    [Fact]
    public async Task Backup_of_a_namespace_that_does_not_exist_is_PartiallyFailed_and_its_restore_is_no_success()
    {
        await using var world = EngineWorld.WithShop();

        var backup = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["nowhere"] }));
        var restore = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Equal(RunOutcome.PartiallyFailed, backup.Outcome);
        Assert.Contains(backup.Errors, error => error.About == "namespaces nowhere");
        Assert.Contains(backup.Errors, error => error.Text.Contains("no object at all", StringComparison.Ordinal));
        Assert.Equal(RunOutcome.Failed, restore.Outcome);
        Assert.Contains("holds no object", Assert.Single(restore.Errors).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pattern_that_matches_no_namespace_is_named()
    {
        await using var world = EngineWorld.WithShop();

        var backup = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["shop", "dev-*"], DefaultVolumesToFsBackup = true }));

        Assert.Equal(RunOutcome.Completed, backup.Outcome);
        Assert.Equal("namespaces dev-*", Assert.Single(backup.Warnings).About);
    }

    [Fact]
    public async Task Terminating_namespace_is_said_at_once_to_be_waited_for_and_how_long()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        world.Cluster.Add("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","deletionTimestamp":"2026-01-01T00:00:00Z"},"status":{"phase":"Terminating"}}""");
        world.Cluster.After = (verb, about) =>
        {
            if (verb == "get" && about == "namespaces shop" && world.Waits.Count > 0)
            {
                world.Cluster.RemoveNamespace("shop");
            }
        };

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Contains("waits up to 1m0s for namespace shop, which is being deleted, to be gone", world.Waits);
        Assert.Empty(world.Progress.Waits);
    }
}
