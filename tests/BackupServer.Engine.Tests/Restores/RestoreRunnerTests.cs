using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Tests.Support;

namespace BackupServer.Engine.Tests.Restores;

public sealed class RestoreRunnerTests
{
    [Fact]
    public async Task Deleted_namespace_comes_back_with_its_objects_its_data_and_its_owners()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        world.Agents.Claims.Clear();

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Empty(report.Errors);
        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.True(report.Ready);
        Assert.Equal("rows", world.Agents.Claims["shop/data-db-0"]);
        Assert.Equal("cGFzc3dvcmQ=", (string)world.Cluster["secrets shop/database"]!["data"]!["password"]!);
        var order = world.Cluster["orders.shop.example.com shop/order-1"]!;
        Assert.Equal("Shipped", (string)order["status"]!["phase"]!);
        Assert.Equal("shop.example.com/ship", (string)order["metadata"]!["finalizers"]![0]!);
        Assert.NotEqual("order-1-uid", (string)order["metadata"]!["uid"]!);
        Assert.Equal(
            (string)order["metadata"]!["uid"]!,
            (string)world.Cluster["orders.shop.example.com shop/a-return"]!["metadata"]!["ownerReferences"]![0]!["uid"]!);
        Assert.Equal(report.TotalItems, report.Created + report.Updated + report.Skipped + report.Failed);
    }

    [Fact]
    public async Task What_the_cluster_makes_itself_is_not_restored()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");

        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Null(world.Cluster["replicasets.apps shop/web-1"]);
        Assert.Null(world.Cluster["pods shop/web-1-x"]);
        Assert.Null(world.Cluster["pods shop/db-0"]);
        Assert.Null(world.Cluster["endpoints shop/web"]);
        Assert.Null(world.Cluster["events shop/noise"]);
        Assert.Null(world.Cluster["jobs.batch shop/migrate"]);
        Assert.Null(world.Cluster["configmaps shop/kube-root-ca.crt"]);
        Assert.NotNull(world.Cluster["pods shop/debug"]);
        Assert.DoesNotContain(world.Cluster.References, reference => reference.Contains("volume-restore-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restored_objects_carry_origin_labels_and_nothing_of_the_old_cluster()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");

        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        var claim = world.Cluster["persistentvolumeclaims shop/data-db-0"]!;
        Assert.NotEqual("pv-data", (string)claim["spec"]!["volumeName"]!);
        Assert.Null(claim["metadata"]!["annotations"]?["pv.kubernetes.io/bind-completed"]);
        Assert.Null(claim["metadata"]!["annotations"]?["backupserver.io/volume-data-pending"]);
        Assert.Null(world.Cluster["services shop/web"]!["spec"]!["clusterIP"]);
        var labels = world.Cluster["configmaps shop/web"]!["metadata"]!["labels"]!;
        Assert.Equal("b1", (string)labels["backupserver.io/backup-name"]!);
        Assert.Equal("r1", (string)labels["backupserver.io/restore-name"]!);
        Assert.Equal("web", (string)labels["app"]!);
    }

    [Fact]
    public async Task Mapping_makes_a_copy_beside_the_original()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec
        {
            NamespaceMapping = new() { ["shop"] = "shop-copy" },
            IncludedNamespaces = ["shop"],
        }));

        Assert.Empty(report.Errors);
        Assert.Equal("rows", world.Agents.Claims["shop-copy/data-db-0"]);
        Assert.Equal("1", (string)world.Cluster["configmaps shop-copy/web"]!["data"]!["a"]!);
        Assert.Equal("shop-copy", (string)world.Cluster["deployments.apps shop-copy/web"]!["metadata"]!["namespace"]!);
        Assert.Equal("a", (string)world.Cluster["namespaces shop-copy"]!["metadata"]!["labels"]!["team"]!);
    }

    [Fact]
    public async Task Other_cluster_gets_the_definition_before_its_instances()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster = new InMemoryCluster();

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Empty(report.Errors);
        Assert.NotNull(world.Cluster["orders.shop.example.com shop/order-1"]);
        Assert.NotNull(world.Cluster["storageclasses.storage.k8s.io fast"]);
    }

    [Fact]
    public async Task Custom_resource_without_its_definition_is_an_error_that_names_both()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster = new InMemoryCluster();

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { ExcludedResources = ["crds"] }));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        var error = Assert.Single(report.Errors, error => error.About == "orders.shop.example.com shop/order-1");
        Assert.Contains("CustomResourceDefinition orders.shop.example.com", error.Text, StringComparison.Ordinal);
        Assert.NotNull(world.Cluster["configmaps shop/web"]);
    }

    [Fact]
    public async Task Existing_equal_objects_are_left_alone_and_different_ones_are_warnings()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster["configmaps shop/web"]!["data"]!["a"] = "cluster";
        var version = (string)world.Cluster["configmaps shop/prices"]!["metadata"]!["resourceVersion"]!;

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { RestorePVs = false }));

        Assert.Empty(report.Errors);
        Assert.Equal(0, report.Updated);
        Assert.Equal("cluster", (string)world.Cluster["configmaps shop/web"]!["data"]!["a"]!);
        Assert.Equal(version, (string)world.Cluster["configmaps shop/prices"]!["metadata"]!["resourceVersion"]!);
        Assert.Contains(report.Warnings, warning => warning.About == "configmaps shop/web");
        Assert.DoesNotContain(report.Warnings, warning => warning.About == "persistentvolumeclaims shop/data-db-0");
        Assert.DoesNotContain(report.Warnings, warning => warning.About == "configmaps shop/prices");
        Assert.DoesNotContain(report.Warnings, warning => warning.About == "services shop/web");
    }

    [Fact]
    public async Task Policy_update_patches_what_differs_and_removes_what_the_backup_lacks()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster["configmaps shop/web"]!["data"] = new JsonObject { ["a"] = "cluster", ["extra"] = "x" };
        world.Cluster["configmaps shop/web"]!["metadata"]!["labels"]!["extra"] = "x";

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec
        {
            ExistingResourcePolicy = ExistingResourcePolicy.Update,
            IncludedResources = ["configmaps"],
        }));

        Assert.Empty(report.Errors);
        var content = world.Cluster["configmaps shop/web"]!;
        Assert.Equal("""{"a":"1"}""", content["data"]!.ToJsonString());
        Assert.Null(content["metadata"]!["labels"]!["extra"]);
        Assert.Equal("r1", (string)content["metadata"]!["labels"]!["backupserver.io/restore-name"]!);
        Assert.Null(content["metadata"]!["labels"]!["backupserver.io/restore-uid"]);
    }

    [Fact]
    public async Task Refused_object_is_an_error_with_the_servers_words_and_the_rest_is_restored()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        world.Cluster.Refuse = reference => reference.Name.Name == "database" ? WriteResult.Failed(403, "Forbidden", "admission webhook denied the request") : null;

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains("denied the request", Assert.Single(report.Errors).Text, StringComparison.Ordinal);
        Assert.Equal(1, report.Failed);
        Assert.NotNull(world.Cluster["configmaps shop/web"]);
    }

    [Fact]
    public async Task Namespace_that_stays_terminating_is_named_and_nothing_in_it_is_tried()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        world.Cluster.Add("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","deletionTimestamp":"2026-01-01T00:00:00Z"},"status":{"phase":"Terminating"}}""");

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!) with { DeletionTimeout = TimeSpan.FromMilliseconds(100) });

        Assert.Contains(report.Errors, error => error.About == "namespaces shop" && error.Text.Contains("being deleted", StringComparison.Ordinal));
        Assert.Null(world.Cluster["configmaps shop/web"]);
    }

    [Fact]
    public async Task Two_objects_that_a_mapping_makes_one_refuse_the_restore_before_anything_is_changed()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.Add("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"web","namespace":"other"},"data":{"a":"9"}}""");
        var backup = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { DefaultVolumesToFsBackup = true }));
        var before = world.Cluster.References;

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { NamespaceMapping = new() { ["shop"] = "one", ["other"] = "one" } }));

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Equal("configmaps one/web", Assert.Single(report.Errors).About);
        Assert.Equal(before, world.Cluster.References);
    }

    [Fact]
    public async Task Dry_run_prints_the_plan_and_changes_nothing()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        var before = world.Cluster.References;

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { DryRun = true }));

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal(before, world.Cluster.References);
        Assert.Contains(report.PlanLines, line => line.Contains("configmaps", StringComparison.Ordinal));
        Assert.Contains(report.PlanLines, line => line.Contains("into claim shop/data-db-0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Claim_that_became_smaller_than_its_data_is_an_error_in_words()
    {
        await using var world = EngineWorld.WithShop();
        world.Agents.Claims["shop/data-db-0"] = new string('x', 5000);
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        var request = EngineWorld.Restore(backup.SnapshotId!) with { Actions = [new SmallerClaims()] };

        var report = await world.RestoreAsync(request);

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains("too small", Assert.Single(report.Errors, error => error.About == "persistentvolumeclaims shop/data-db-0").Text, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Cluster.References, reference => reference.Contains("volume-restore-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workload_that_does_not_become_ready_is_named()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        world.Cluster.After = (verb, about) =>
        {
            if (verb == "create" && about == "deployments.apps shop/web")
            {
                world.Cluster[about]!["status"] = new JsonObject { ["availableReplicas"] = 0 };
            }
        };

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { WaitForReady = TimeSpan.FromMilliseconds(100) }));

        Assert.False(report.Ready);
        Assert.Equal("deployments.apps shop/web: 0 of 1 pods are ready", Assert.Single(report.NotReady));
        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
    }

    [Fact]
    public async Task Restore_killed_at_any_call_is_finished_by_a_successor_with_the_same_result()
    {
        await using var undisturbed = EngineWorld.WithShop();
        var backup = await undisturbed.BackUpAsync();
        undisturbed.Cluster = new InMemoryCluster();
        undisturbed.Agents.Claims.Clear();
        var calls = KillSwitch.CountCalls(undisturbed);
        var expected = await undisturbed.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));
        var expectedState = StateOf(undisturbed);

        for (var call = 1; call <= calls.Count; call++)
        {
            undisturbed.Cluster = new InMemoryCluster();
            undisturbed.Agents = new InMemoryAgents();
            undisturbed.Agents.Snapshots["snapshot-1"] = "rows";
            KillSwitch.KillAt(undisturbed, call, afterTheCall: call % 2 == 0);
            await Assert.ThrowsAsync<KilledException>(() => undisturbed.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!)));
            KillSwitch.Off(undisturbed);

            var report = await undisturbed.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

            Assert.Equal(expected.Errors, report.Errors);
            Assert.Equal(expected.Warnings, report.Warnings);
            Assert.Equal((expected.Outcome, expected.Created, expected.Updated, expected.Skipped, expected.VolumesRestored), (report.Outcome, report.Created, report.Updated, report.Skipped, report.VolumesRestored));
            Assert.Equal(expectedState, StateOf(undisturbed));
            Assert.Equal("rows", undisturbed.Agents.Claims["shop/data-db-0"]);
        }
    }

    [Fact]
    public async Task Object_made_without_its_owner_before_a_kill_is_tied_to_it_by_the_successor()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.Add("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"owner","namespace":"shop","uid":"owner-uid"}}""");
        world.Cluster.Add("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"owned","namespace":"shop","ownerReferences":[{"apiVersion":"v1","kind":"ServiceAccount","name":"owner","uid":"owner-uid"}]}}""");
        var backup = await world.BackUpAsync();
        world.Cluster = new InMemoryCluster();
        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));
        var uid = (string)world.Cluster["serviceaccounts shop/owner"]!["metadata"]!["uid"]!;
        world.Cluster["configmaps shop/owned"]!["metadata"]!.AsObject().Remove("ownerReferences");

        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Equal(uid, (string?)world.Cluster["configmaps shop/owned"]!["metadata"]!["ownerReferences"]?[0]?["uid"]);
    }

    [Fact]
    public async Task Cancel_keeps_what_was_restored_and_removes_the_helpers()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");
        using var cancel = new CancellationTokenSource();
        world.Agents.Before = (verb, _) =>
        {
            if (verb == "restore")
            {
                cancel.Cancel();
                cancel.Token.ThrowIfCancellationRequested();
            }
        };

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!), cancel: cancel);

        Assert.Equal(RunOutcome.Canceled, report.Outcome);
        Assert.True(report.Created > 0);
        Assert.Equal(["uid-r1 "], world.Agents.Stopped);
        Assert.NotNull(world.Cluster["secrets shop/database"]);
        Assert.Null(world.Cluster["deployments.apps shop/web"]);
        Assert.DoesNotContain(world.Cluster.References, reference => reference.Contains("volume-restore-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Snapshot_that_does_not_exist_fails_the_restore_in_words()
    {
        await using var world = EngineWorld.WithShop();
        await world.BackUpAsync();

        var report = await world.RestoreAsync(EngineWorld.Restore(new string('0', 64)));

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("snapshot", Assert.Single(report.Errors).Text, StringComparison.Ordinal);
    }

    // Without what differs from run to run: uids, of which only those of owners matter, and names that are made from counters.
    private static string StateOf(EngineWorld world)
    {
        var names = world.Cluster.References.ToDictionary(reference => (string)world.Cluster[reference]!["metadata"]!["uid"]!);
        return string.Join('\n', world.Cluster.References.Select(reference =>
        {
            var content = (JsonObject)world.Cluster[reference]!.DeepClone();
            var metadata = (JsonObject)content["metadata"]!;
            metadata.Remove("uid");
            metadata.Remove("resourceVersion");
            (content["spec"] as JsonObject)?.Remove("volumeName");
            foreach (var owner in metadata["ownerReferences"] as JsonArray ?? [])
            {
                owner!["uid"] = names[(string)owner["uid"]!];
            }

            return $"{reference} {Sorted(content)}";
        }));
    }

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject content => $"{{{string.Join(',', content.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Sorted(member.Value)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(Sorted))}]",
        _ => node?.ToJsonString() ?? "null",
    };
}
