using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Tests.Running;

namespace BackupServer.Cli.Tests.Commands;

public sealed class RestoreTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Create_writes_what_and_where_to()
    {
        var run = await cluster.RunAsync(
            "restore", "create", "mapped", "--from-backup", "b", "--namespace-mapping", "shop:copy,a:b", "--storage-class-mapping", "fast:slow", "--existing-resource-policy", "update",
            "--restore-volumes", "false", "--preserve-nodeports", "--wait-for-ready", "0s", "--dry-run", "--include-resources", "pods");

        var spec = (await cluster.GetAsync<Restore>("mapped"))["spec"]!;
        Assert.True(run.Code == 0, run.ToString());
        Assert.Equal("b", (string?)spec["backupName"]);
        Assert.Equal("copy", (string?)spec["namespaceMapping"]!["shop"]);
        Assert.Equal("slow", (string?)spec["storageClassMapping"]!["fast"]);
        Assert.Equal("update", (string?)spec["existingResourcePolicy"]);
        Assert.False((bool)spec["restorePVs"]!);
        Assert.True((bool)spec["preserveNodePorts"]! && (bool)spec["dryRun"]!);
        Assert.Equal("0s", (string?)spec["waitForReady"]);
        Assert.Null(spec["excludedNamespaces"]);
    }

    [Fact]
    public async Task A_restore_without_a_name_gets_one_from_the_schedule_and_the_time()
    {
        var run = await cluster.RunAsync("restore", "create", "--from-schedule", "daily", "--point-in-time", "2026-01-31T04:00:00Z");

        var name = run.Out.Split('/', ' ')[1];
        Assert.Matches("^daily-[0-9]{14}$", name);
        Assert.Equal("2026-01-31T04:00:00Z", (string?)(await cluster.GetAsync<Restore>(name))["spec"]!["pointInTime"]);
    }

    [Theory]
    [InlineData(2, "restore", "create", "x")]
    [InlineData(2, "restore", "create", "x", "--from-backup", "a", "--from-schedule", "b")]
    [InlineData(2, "restore", "create", "x", "--from-backup", "a", "--point-in-time", "2026-01-31T04:00:00Z")]
    [InlineData(2, "restore", "create", "x", "--from-backup", "a", "--namespace-mapping", "shop")]
    [InlineData(2, "restore", "create", "x", "--from-backup", "a", "--namespace-mapping", "shop:a,shop:b")]
    [InlineData(2, "restore", "create", "x", "--from-backup", "a", "--existing-resource-policy", "destroy")]
    [InlineData(4, "restore", "describe", "nobody")]
    [InlineData(4, "restore", "logs", "nobody")]
    [InlineData(4, "restore", "cancel", "nobody")]
    [InlineData(4, "restore", "delete", "nobody")]
    public async Task What_cannot_be_done_has_its_exit_code(int code, params string[] arguments)
    {
        var run = await cluster.RunAsync(arguments);

        Assert.Equal(code, run.Code);
    }

    [Fact]
    public async Task Messages_are_printed_by_logs_and_after_waiting()
    {
        await cluster.RunAsync("restore", "create", "told", "--from-backup", "b");
        await cluster.SetStatusAsync<Restore>("told", new JsonObject { ["phase"] = "PartiallyFailed", ["messages"] = new JsonArray("pods shop/web: refused") });

        var logs = await cluster.RunAsync("restore", "logs", "told");
        var described = await cluster.RunAsync("restore", "describe", "told");
        var cancelled = await cluster.RunAsync("restore", "cancel", "told");

        Assert.Equal("pods shop/web: refused\n", logs.Out);
        Assert.Contains("  pods shop/web: refused\n", described.Out, StringComparison.Ordinal);
        Assert.Equal(1, cancelled.Code);
    }

    [Fact]
    public async Task Waiting_ends_with_the_outcome()
    {
        var waiting = cluster.RunAsync("restore", "create", "waited", "--from-backup", "b", "--wait");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await cluster.Client.FindAsync<Restore>(DevClusterFixture.Namespace, "waited", TestContext.Current.CancellationToken) is null)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        await cluster.SetStatusAsync<Restore>("waited", new JsonObject { ["phase"] = "PartiallyFailed" });

        Assert.Equal(3, (await waiting).Code);
    }
}
