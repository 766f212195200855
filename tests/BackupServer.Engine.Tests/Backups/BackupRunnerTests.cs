using System.Text;
using System.Text.Json;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Archives;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Tests.Support;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Tests.Backups;

public sealed class BackupRunnerTests
{
    [Fact]
    public async Task Backup_of_a_namespace_takes_its_objects_and_what_they_refer_to()
    {
        await using var world = EngineWorld.WithShop();

        var report = await world.BackUpAsync();

        Assert.Empty(report.Errors);
        Assert.Equal(RunOutcome.Completed, report.Outcome);
        var stored = await StoredAsync(world, report.SnapshotId!);
        Assert.Contains("persistentvolumes pv-data", stored);
        Assert.Contains("storageclasses.storage.k8s.io fast", stored);
        Assert.Contains("customresourcedefinitions.apiextensions.k8s.io orders.shop.example.com", stored);
        Assert.Contains("clusterrolebindings.rbac.authorization.k8s.io shop-nodes", stored);
        Assert.Contains("clusterroles.rbac.authorization.k8s.io shop-nodes", stored);
        Assert.Contains("namespaces shop", stored);
        Assert.DoesNotContain("storageclasses.storage.k8s.io unrelated", stored);
        Assert.DoesNotContain(stored, reference => reference.Contains("other", StringComparison.Ordinal));
        Assert.Equal(report.ItemsBackedUp, stored.Count);
        Assert.Equal(report.TotalItems, report.ItemsBackedUp);
    }

    [Fact]
    public async Task Backup_of_everything_takes_cluster_scoped_objects_that_nothing_refers_to_and_events_once()
    {
        await using var world = EngineWorld.WithShop();

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { DefaultVolumesToFsBackup = true }));

        var stored = await StoredAsync(world, report.SnapshotId!);
        Assert.Contains("storageclasses.storage.k8s.io unrelated", stored);
        Assert.Contains("events shop/noise", stored);
        Assert.DoesNotContain("events.events.k8s.io shop/noise", stored);
    }

    [Fact]
    public async Task Objects_are_stored_as_the_server_sent_them_where_the_index_says()
    {
        await using var world = EngineWorld.WithShop();
        var sent = world.Cluster["secrets shop/database"]!.ToJsonString(Abstractions.Objects.KubernetesJson.Options);

        var report = await world.BackUpAsync();

        await using var repository = await world.OpenAsync();
        var reader = await ManifestReader.OpenAsync(repository, report.SnapshotId!, EngineWorld.Token);
        var line = await reader.ReadIndexAsync(EngineWorld.Token).FirstAsync(line => line.Resource == "secrets", EngineWorld.Token);
        Assert.Equal("/resources/secrets/namespaces/shop.jsonl", line.File);
        Assert.Equal(sent, Encoding.UTF8.GetString((await reader.ReadObjectAsync(line, EngineWorld.Token)).Utf8.Span));
        var snapshot = Assert.Single(await repository.ListSnapshotsAsync(EngineWorld.Token));
        Assert.Equal(
            ["backup=b1", "backup-uid=uid-b1", "cluster=cluster-uid", "phase=Completed", "format=1"],
            snapshot.Tags);
        Assert.Equal(["/b1"], snapshot.Paths);
        Assert.Equal("test", snapshot.HostName);
        Assert.Equal("{\"phase\":\"Completed\"}", Encoding.UTF8.GetString(await reader.ReadBackupAsync(EngineWorld.Token)));
    }

    [Fact]
    public async Task Second_backup_of_unchanged_objects_adds_only_its_own_results()
    {
        await using var world = EngineWorld.WithShop();
        for (var i = 0; i < 300; i++)
        {
            world.Cluster.Add($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"big-{{{i}}}","namespace":"shop"},"data":{"a":"{{{new string('x', 4000)}}}"}}""");
        }

        world.Cluster.PageSize = 50;
        var first = await world.BackUpAsync();
        world.Cluster["configmaps shop/big-7"]!["data"]!["a"] = "changed";

        var second = await world.BackUpAsync(EngineWorld.Request(name: "b2"));

        Assert.True(first.Size.Added > 1_200_000);
        Assert.InRange(second.Size.Added, 1, 900_000);
    }

    [Fact]
    public async Task Volume_of_a_claim_is_copied_and_recorded()
    {
        await using var world = EngineWorld.WithShop();

        var report = await world.BackUpAsync();

        var volume = Assert.Single(report.Volumes, volume => volume.Claim is not null);
        Assert.Equal("shop/data-db-0", volume.Claim);
        Assert.Equal(VolumeMethod.FileCopy, volume.Method);
        Assert.Equal("rows", world.Agents.Snapshots[volume.SnapshotId!]);
        await using var repository = await world.OpenAsync();
        var reader = await ManifestReader.OpenAsync(repository, report.SnapshotId!, EngineWorld.Token);
        var record = Assert.Single(await reader.ReadVolumesAsync(EngineWorld.Token), record => record.HasData);
        Assert.Equal("repositories/volumes/shop", record.Repository);
        Assert.Equal("Delete", record.ReclaimPolicy);
    }

    [Fact]
    public async Task Claim_that_nobody_chose_makes_the_backup_partially_failed_and_is_named()
    {
        await using var world = EngineWorld.WithShop();

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["shop"] }));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains("shop/data-db-0", Assert.Single(report.Errors).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, report.Coverage.Unprotected);
        Assert.NotNull(report.SnapshotId);
    }

    [Fact]
    public async Task Files_that_could_not_be_read_are_named_and_the_copy_is_kept()
    {
        await using var world = EngineWorld.WithShop();
        world.Agents.Answer = _ => new VolumeBackupOutcome { SnapshotId = "s", Problems = ["/data/locked: permission denied"], ProblemCount = 3 };

        var report = await world.BackUpAsync();

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains(report.Errors, error => error.Text.Contains("/data/locked", StringComparison.Ordinal));
        Assert.Contains(report.Errors, error => error.Text.Contains("2 more", StringComparison.Ordinal));
        Assert.Equal("s", report.Volumes.Single(volume => volume.Claim is not null).SnapshotId);
    }

    [Fact]
    public async Task List_that_is_forbidden_is_an_error_and_the_rest_is_kept()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.Before = (verb, about) =>
        {
            if (verb == "list" && about == "secrets")
            {
                throw new ClusterException("secrets is forbidden: cannot list resource \"secrets\"", 403, "Forbidden");
            }
        };

        var report = await world.BackUpAsync();

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains("cannot list", Assert.Single(report.Errors, error => error.About == "secrets").Text, StringComparison.Ordinal);
        Assert.Contains("configmaps shop/web", await StoredAsync(world, report.SnapshotId!));
    }

    [Fact]
    public async Task List_that_breaks_off_keeps_the_pages_that_came()
    {
        await using var world = EngineWorld.WithShop();
        var pages = 0;
        world.Cluster.Before = (verb, about) =>
        {
            if (verb == "page" && about == "configmaps" && ++pages == 2)
            {
                throw new ClusterException("the connection was closed");
            }
        };

        var report = await world.BackUpAsync();

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        var stored = await StoredAsync(world, report.SnapshotId!);
        Assert.Contains("configmaps shop/kube-root-ca.crt", stored);
        Assert.DoesNotContain("configmaps shop/web", stored);
    }

    [Fact]
    public async Task Objects_that_change_or_vanish_while_they_are_listed_do_no_harm()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.PageSize = 1;
        var done = false;
        world.Cluster.Before = (verb, about) =>
        {
            if (verb == "page" && about == "configmaps" && !done)
            {
                done = true;
                world.Cluster.Remove("configmaps shop/prices");
                world.Cluster["configmaps shop/web"]!["data"]!["a"] = "changed";
            }
        };

        var report = await world.BackUpAsync();

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.DoesNotContain("configmaps shop/prices", await StoredAsync(world, report.SnapshotId!));
    }

    [Fact]
    public async Task Group_whose_api_service_is_down_is_named()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.FailedGroups.Add(new DiscoveryFailure("broken.example.com/v1", "503 Service Unavailable"));

        var report = await world.BackUpAsync();

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Equal("broken.example.com/v1", Assert.Single(report.Errors).About);
    }

    [Fact]
    public async Task Unknown_kind_and_missing_namespace_are_errors_that_name_them()
    {
        await using var world = EngineWorld.WithShop();

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["shop", "gone"], IncludedResources = ["cm", "nonsense"] }));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains(report.Errors, error => error.About == "nonsense");
        Assert.Contains(report.Errors, error => error.About == "namespaces gone");
        Assert.Contains("configmaps shop/web", await StoredAsync(world, report.SnapshotId!));
    }

    [Fact]
    public async Task Excluded_and_terminating_objects_and_namespaces_stay_out()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.Add("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"mine","namespace":"shop","labels":{"backupserver.io/exclude-from-backup":"true"}}}""");
        world.Cluster.Add("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"theirs","namespace":"shop","labels":{"velero.io/exclude-from-backup":"true"}}}""");
        world.Cluster.Add("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"going","namespace":"shop","deletionTimestamp":"2026-01-01T00:00:00Z"}}""");
        world.Cluster["namespaces other"]!["status"]!["phase"] = "Terminating";

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { DefaultVolumesToFsBackup = true }));

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        var stored = await StoredAsync(world, report.SnapshotId!);
        Assert.DoesNotContain(stored, reference => reference.EndsWith("/mine", StringComparison.Ordinal) || reference.EndsWith("/theirs", StringComparison.Ordinal)
            || reference.EndsWith("/going", StringComparison.Ordinal) || reference.Contains("other", StringComparison.Ordinal));
        Assert.Contains(report.Warnings, warning => warning.About == "namespaces other");
    }

    [Fact]
    public async Task Or_selectors_take_an_object_once()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster["configmaps shop/web"]!["metadata"]!["labels"]!["tier"] = "1";

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec
        {
            IncludedNamespaces = ["shop"],
            OrLabelSelectors =
            [
                new LabelSelector { MatchLabels = new() { ["app"] = "web" } },
                new LabelSelector { MatchLabels = new() { ["tier"] = "1" } },
            ],
        }));

        Assert.Equal(["configmaps shop/web", "namespaces shop"], await StoredAsync(world, report.SnapshotId!));
    }

    [Fact]
    public async Task Backup_that_was_committed_by_a_killed_run_is_found_and_not_run_again()
    {
        await using var world = EngineWorld.WithShop();
        var first = await world.BackUpAsync();
        world.Cluster.Before = (verb, _) => throw new InvalidOperationException($"{verb} although the backup is done");

        var second = await world.BackUpAsync();

        Assert.Equal(first.SnapshotId, second.SnapshotId);
        Assert.Equal(first.ItemsBackedUp, second.ItemsBackedUp);
        Assert.Equal(RunOutcome.Completed, second.Outcome);
    }

    [Fact]
    public async Task Backup_killed_at_any_call_is_finished_by_a_successor_with_the_same_result()
    {
        await using var undisturbed = EngineWorld.WithShop();
        var calls = KillSwitch.CountCalls(undisturbed);
        var expected = await undisturbed.BackUpAsync();
        var expectedObjects = await StoredAsync(undisturbed, expected.SnapshotId!);

        for (var call = 1; call <= calls.Count; call++)
        {
            await using var world = EngineWorld.WithShop();
            KillSwitch.KillAt(world, call, afterTheCall: call % 2 == 0);
            await Assert.ThrowsAsync<KilledException>(() => world.BackUpAsync());
            KillSwitch.Off(world);

            var report = await world.BackUpAsync();

            Assert.Equal(expected.Outcome, report.Outcome);
            Assert.Equal(expectedObjects, await StoredAsync(world, report.SnapshotId!));
            Assert.Equal(1, world.Agents.Copies);
            await using var repository = await world.OpenAsync();
            Assert.Single(await repository.ListSnapshotsAsync(EngineWorld.Token));
        }
    }

    [Fact]
    public async Task Cancel_while_a_volume_is_copied_leaves_no_snapshot_and_stops_the_copy()
    {
        await using var world = EngineWorld.WithShop();
        world.Agents.Hold = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();
        var running = world.BackUpAsync(cancel: cancel);
        await world.Agents.Begun.Task.WaitAsync(TimeSpan.FromMinutes(1), EngineWorld.Token);

        await cancel.CancelAsync();
        var report = await running.WaitAsync(TimeSpan.FromMinutes(1), EngineWorld.Token);

        Assert.Equal(RunOutcome.Canceled, report.Outcome);
        Assert.Equal(["uid-b1 "], world.Agents.Stopped);
        await using var repository = await world.OpenAsync();
        Assert.Empty(await repository.ListSnapshotsAsync(EngineWorld.Token));
    }

    [Fact]
    public async Task Stop_of_the_process_leaves_the_copies_to_the_successor()
    {
        await using var world = EngineWorld.WithShop();
        world.Agents.Hold = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var running = world.BackUpAsync(stop: stop);
        await world.Agents.Begun.Task.WaitAsync(TimeSpan.FromMinutes(1), EngineWorld.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(world.Agents.Stopped);
    }

    [Fact]
    public async Task Volume_that_takes_too_long_is_given_up_and_the_rest_is_kept()
    {
        await using var world = EngineWorld.WithShop();
        world.Agents.Hold = new TaskCompletionSource();

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec
        {
            IncludedNamespaces = ["shop"],
            DefaultVolumesToFsBackup = true,
            ItemOperationTimeout = TimeSpan.FromMilliseconds(500),
        }));

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains("itemOperationTimeout", Assert.Single(report.Errors).Text, StringComparison.Ordinal);
        Assert.Equal(["uid-b1 shop/data-db-0"], world.Agents.Stopped);
    }

    [Theory]
    [InlineData(VerificationMode.None)]
    [InlineData(VerificationMode.Sample)]
    [InlineData(VerificationMode.Full)]
    public async Task Every_verification_mode_accepts_a_sound_backup(VerificationMode mode)
    {
        await using var world = EngineWorld.WithShop();

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["shop"], DefaultVolumesToFsBackup = true, Verification = mode }));

        Assert.Equal(mode, report.Verified);
        Assert.NotNull(report.SnapshotId);
    }

    [Fact]
    public async Task Tenant_backup_stays_in_its_namespace_whatever_it_asks_for()
    {
        await using var world = EngineWorld.WithShop();

        var spec = new BackupSpec { IncludeClusterResources = true, IncludedNamespaces = ["other"], DefaultVolumesToFsBackup = true };
        var report = await world.BackUpAsync(EngineWorld.Request(spec) with { OnlyNamespace = "shop" });

        var stored = await StoredAsync(world, report.SnapshotId!);
        Assert.All(stored, reference => Assert.True(reference == "namespaces shop" || reference.Contains(" shop/", StringComparison.Ordinal), reference));
    }

    [Fact]
    public async Task Log_of_the_run_is_json_lines()
    {
        await using var world = EngineWorld.WithShop();
        var report = await world.BackUpAsync();
        await using var repository = await world.OpenAsync();
        var reader = await ManifestReader.OpenAsync(repository, report.SnapshotId!, EngineWorld.Token);

        using var log = new StreamReader(await reader.OpenLogAsync(EngineWorld.Token));
        var lines = (await log.ReadToEndAsync(EngineWorld.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.All(lines, line => Assert.Equal(JsonValueKind.String, JsonDocument.Parse(line).RootElement.GetProperty("text").ValueKind));
        Assert.NotEmpty(lines);
    }

    internal static async Task<List<string>> StoredAsync(EngineWorld world, string snapshotId)
    {
        await using var repository = await world.OpenAsync();
        var reader = await ManifestReader.OpenAsync(repository, snapshotId, EngineWorld.Token);
        return await reader.ReadIndexAsync(EngineWorld.Token).Select(line => line.Reference.ToString()).ToListAsync(EngineWorld.Token);
    }
}
