using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Tests.Support;

namespace BackupServer.Engine.Tests.Restores;

/// <summary>ServiceAccounts that exist, and statuses that an annotation asks for.</summary>
public sealed class AccountAndStatusTests
{
    [Fact]
    public async Task Existing_account_is_merged_and_loses_nothing_of_its_own()
    {
        await using var world = EngineWorld.WithShop();
        var account = world.Cluster["serviceaccounts shop/shop"]!;
        account["secrets"] = JsonNode.Parse("""[{"name":"both"},{"name":"of-backup"},{"name":"shop-token-abcde"}]""");
        account["imagePullSecrets"] = JsonNode.Parse("""[{"name":"registry-of-backup"}]""");
        account["metadata"]!["labels"] = JsonNode.Parse("""{"of":"backup","only-backup":"1"}""");
        account["metadata"]!["annotations"] = JsonNode.Parse("""{"of":"backup","only-backup":"1"}""");
        var backup = await world.BackUpAsync();
        account["secrets"] = JsonNode.Parse("""[{"name":"of-cluster"},{"name":"both"}]""");
        account["imagePullSecrets"] = JsonNode.Parse("""[{"name":"registry-of-cluster"}]""");
        account["metadata"]!["labels"] = JsonNode.Parse("""{"of":"cluster","only-cluster":"1"}""");
        account["metadata"]!["annotations"] = JsonNode.Parse("""{"of":"cluster","only-cluster":"1"}""");

        var report = await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!, new RestoreSpec { RestorePVs = false }));

        var merged = world.Cluster["serviceaccounts shop/shop"]!;
        Assert.Equal(["of-cluster", "both", "of-backup"], Names(merged["secrets"]));
        Assert.Equal(["registry-of-cluster", "registry-of-backup"], Names(merged["imagePullSecrets"]));
        Assert.Equal("""{"of":"cluster","only-cluster":"1","only-backup":"1"}""", merged["metadata"]!["annotations"]!.ToJsonString());
        Assert.Equal(("cluster", "1", "1"), (Label(merged, "of"), Label(merged, "only-cluster"), Label(merged, "only-backup")));
        Assert.Equal("r1", Label(merged, "backupserver.io/restore-name"));
        Assert.Equal(1, report.Updated);
    }

    [Theory]
    [InlineData("backupserver.io/restore-status")]
    [InlineData("velero.io/restore-status")]
    public async Task Annotation_decides_about_the_status_of_a_single_object(string annotation)
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster["orders.shop.example.com shop/order-1"]!["metadata"]!["annotations"] = new JsonObject { [annotation] = "false" };
        world.Cluster["orders.shop.example.com shop/a-return"]!["metadata"]!["annotations"] = new JsonObject { [annotation] = "true" };
        world.Cluster["orders.shop.example.com shop/a-return"]!["status"] = new JsonObject { ["phase"] = "Returned" };
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");

        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Null(world.Cluster["orders.shop.example.com shop/order-1"]!["status"]);
        Assert.Equal("Returned", (string)world.Cluster["orders.shop.example.com shop/a-return"]!["status"]!["phase"]!);
    }

    [Fact]
    public async Task Our_annotation_about_the_status_wins_over_veleros()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster["orders.shop.example.com shop/order-1"]!["metadata"]!["annotations"] =
            new JsonObject { ["backupserver.io/restore-status"] = "false", ["velero.io/restore-status"] = "true" };
        var backup = await world.BackUpAsync();
        world.Cluster.RemoveNamespace("shop");

        await world.RestoreAsync(EngineWorld.Restore(backup.SnapshotId!));

        Assert.Null(world.Cluster["orders.shop.example.com shop/order-1"]!["status"]);
    }

    private static List<string> Names(JsonNode? list) => [.. list!.AsArray().Select(one => (string)one!["name"]!)];

    private static string? Label(JsonObject content, string key) => (string?)content["metadata"]!["labels"]![key];
}
