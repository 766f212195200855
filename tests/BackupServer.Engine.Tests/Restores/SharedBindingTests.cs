using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Tests.Support;

namespace BackupServer.Engine.Tests.Restores;

/// <summary>Bindings that the restored application shares with what runs in the cluster.</summary>
public sealed class SharedBindingTests
{
    private const string Binding = "clusterrolebindings.rbac.authorization.k8s.io shop-nodes";

    [Theory]
    [InlineData(ExistingResourcePolicy.None)]
    [InlineData(ExistingResourcePolicy.Update)]
    public async Task Restore_of_a_copy_beside_the_original_takes_no_rights_from_the_original(ExistingResourcePolicy policy)
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, Copy(policy)));

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal(["shop/shop", "shop-copy/shop"], Subjects(world));
        Assert.DoesNotContain(report.Warnings, warning => warning.About == Binding);
    }

    [Fact]
    public async Task Second_copy_adds_nothing_that_is_there()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, Copy(ExistingResourcePolicy.None)));
        var version = (string)world.Cluster[Binding]!["metadata"]!["resourceVersion"]!;

        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, Copy(ExistingResourcePolicy.None), "r2"));

        Assert.Equal(version, (string)world.Cluster[Binding]!["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task Policy_update_adds_the_subjects_of_the_backup_and_removes_none()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster[Binding]!["subjects"] = JsonNode.Parse("""[{"kind":"ServiceAccount","name":"other","namespace":"other"}]""");

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { ExistingResourcePolicy = ExistingResourcePolicy.Update, RestorePVs = false, WaitForReady = TimeSpan.Zero }));

        Assert.Empty(report.Errors);
        Assert.Equal(["shop/shop", "other/other"], Subjects(world));
    }

    [Fact]
    public async Task Binding_that_has_more_subjects_than_the_backup_is_no_difference_and_nobody_is_told_to_delete_it()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster[Binding]!["subjects"]!.AsArray().Add(JsonNode.Parse("""{"kind":"ServiceAccount","name":"other","namespace":"other"}"""));

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { RestorePVs = false, WaitForReady = TimeSpan.Zero }));

        Assert.DoesNotContain(report.Warnings, warning => warning.About == Binding);
        Assert.Equal(["shop/shop", "other/other"], Subjects(world));
    }

    [Fact]
    public async Task Without_update_a_binding_that_somebody_narrowed_stays_narrow_and_the_advice_names_the_policy_as_it_is_spelled()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster[Binding]!["subjects"] = new JsonArray();

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { RestorePVs = false }));

        Assert.Empty(Subjects(world));
        Assert.Contains("existingResourcePolicy to update.", Assert.Single(report.Warnings, warning => warning.About == Binding).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subjects_of_a_copy_do_not_get_another_role_that_has_the_same_bindings_name()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        world.Cluster[Binding]!["roleRef"]!["name"] = "cluster-admin";

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, Copy(ExistingResourcePolicy.Update)));

        Assert.Equal(["shop/shop"], Subjects(world));
        Assert.Contains(report.Warnings, warning => warning.About == Binding);
    }

    [Fact]
    public async Task Binding_that_somebody_changes_at_the_same_time_loses_nothing()
    {
        await using var world = EngineWorld.WithShop();
        var backup = await world.BackUpAsync();
        var changed = false;
        world.Cluster.Before = (verb, about) =>
        {
            if (verb == "patch" && about == Binding && !changed)
            {
                changed = true;
                world.Cluster[Binding]!["subjects"]!.AsArray().Add(JsonNode.Parse("""{"kind":"ServiceAccount","name":"late","namespace":"other"}"""));
                world.Cluster[Binding]!["metadata"]!["resourceVersion"] = "changed";
            }
        };

        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, Copy(ExistingResourcePolicy.None)));

        Assert.Equal(["shop/shop", "other/late", "shop-copy/shop"], Subjects(world));
    }

    [Fact]
    public async Task Groups_and_users_of_accounts_follow_the_mapping()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster.Add("""
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"readers","namespace":"shop"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"shop-nodes"},
            "subjects":[{"kind":"Group","name":"system:serviceaccounts:shop"},{"kind":"User","name":"system:serviceaccount:shop:web"},{"kind":"Group","name":"system:serviceaccounts:other"}]}
            """);
        var backup = await world.BackUpAsync();

        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, Copy(ExistingResourcePolicy.None)));

        Assert.Equal(
            ["/system:serviceaccounts:shop-copy", "/system:serviceaccount:shop-copy:web", "/system:serviceaccounts:other"],
            Subjects(world, "rolebindings.rbac.authorization.k8s.io shop-copy/readers"));
    }

    private static RestoreSpec Copy(ExistingResourcePolicy policy) => new()
    {
        IncludedNamespaces = ["shop"],
        NamespaceMapping = new() { ["shop"] = "shop-copy" },
        ExistingResourcePolicy = policy,
    };

    private static List<string> Subjects(EngineWorld world, string binding = Binding) =>
        [.. world.Cluster[binding]!["subjects"]!.AsArray().Select(subject => $"{subject!["namespace"]}/{subject["name"]}")];
}
