using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.DeleteBackupRequests;
using BackupServer.Cli.Tests.Running;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.Cli.Tests.Commands;

public sealed class BackupTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Every_field_has_a_flag()
    {
        var run = await cluster.RunAsync(
            "backup", "create", "all-fields", "--include-namespaces", "shop,team-*", "--exclude-namespaces", "kube-system", "--include-resources", "pods", "--include-resources", "secrets",
            "--exclude-resources", "events", "--include-cluster-resources", "false", "--default-volumes-to-fs-backup", "--storage-location", "far", "--ttl", "72h",
            "--item-operation-timeout", "90m", "--verification", "Full", "-l", "app=web,tier in (a,b),!old", "--labels", "team=x");

        var backup = await cluster.GetAsync<Backup>("all-fields");
        Assert.True(run.Code == 0, run.ToString());
        Assert.Equal("x", (string?)backup["metadata"]!["labels"]!["team"]);
        Assert.Equal(
            """
            {"includedNamespaces":["shop","team-*"],"excludedNamespaces":["kube-system"],"includedResources":["pods","secrets"],"excludedResources":["events"],"includeClusterResources":false,"labelSelector":{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"tier","operator":"In","values":["a","b"]},{"key":"old","operator":"DoesNotExist"}]},"defaultVolumesToFsBackup":true,"storageLocation":"far","ttl":"72h0m0s","itemOperationTimeout":"1h30m0s","verification":"Full"}
            """,
            Sorted(backup["spec"]!, "includedNamespaces", "excludedNamespaces", "includedResources", "excludedResources", "includeClusterResources", "labelSelector", "defaultVolumesToFsBackup", "storageLocation", "ttl", "itemOperationTimeout", "verification"));
    }

    [Fact]
    public async Task What_is_not_said_is_not_written()
    {
        await cluster.RunAsync("backup", "create", "no-fields");

        var spec = (JsonObject)(await cluster.GetAsync<Backup>("no-fields"))["spec"]!;

        // What is there is what the definition's defaults say.
        Assert.Equal(["itemOperationTimeout", "ttl", "verification"], spec.Select(member => member.Key).Order());
    }

    [Fact]
    public async Task Get_prints_every_format()
    {
        await cluster.RunAsync("backup", "create", "printed", "--storage-location", "place");

        var table = await cluster.RunAsync("backup", "get", "printed");
        var wide = await cluster.RunAsync("backup", "get", "printed", "-o", "wide");
        var json = await cluster.RunAsync("backup", "get", "printed", "-o", "json");
        var yaml = await cluster.RunAsync("backup", "get", "printed", "-o", "yaml");
        var name = await cluster.RunAsync("backup", "get", "-o", "name");
        var list = await cluster.RunAsync("backup", "get", "-A", "-o", "json");

        Assert.Matches("^NAME +PHASE +ITEMS +TOTAL +ERRORS +WARNINGS +AGE\nprinted +", table.Out);
        Assert.Matches("\nprinted +place +", wide.Out);
        Assert.Equal("printed", (string?)JsonNode.Parse(json.Out)!["metadata"]!["name"]);
        Assert.Contains("\n  storageLocation: place\n", yaml.Out, StringComparison.Ordinal);
        Assert.Contains("backup.backupserver.io/printed\n", name.Out, StringComparison.Ordinal);
        Assert.Equal("List", (string?)JsonNode.Parse(list.Out)!["kind"]);
    }

    [Theory]
    [InlineData(4, "backup", "get", "nobody")]
    [InlineData(4, "backup", "describe", "nobody")]
    [InlineData(4, "backup", "cancel", "nobody")]
    [InlineData(4, "backup", "delete", "nobody", "--yes")]
    [InlineData(4, "backup", "logs", "nobody")]
    [InlineData(4, "backup", "ls", "nobody")]
    [InlineData(4, "backup", "create", "x", "--from-schedule", "nobody")]
    [InlineData(2, "backup", "create")]
    [InlineData(2, "backup", "create", "x", "--ttl", "forever")]
    [InlineData(2, "backup", "create", "x", "-l", "a b")]
    [InlineData(2, "backup", "create", "--from-schedule", "x", "--ttl", "1h")]
    [InlineData(2, "backup", "get", "-o", "xml")]
    [InlineData(2, "backup", "explode")]
    [InlineData(2, "backup")]
    public async Task What_cannot_be_done_has_its_exit_code(int code, params string[] arguments)
    {
        var run = await cluster.RunAsync(arguments);

        Assert.Equal(code, run.Code);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_are_there_are_printed_beside_those_that_are_not()
    {
        await cluster.RunAsync("backup", "create", "present");

        var run = await cluster.RunAsync("backup", "get", "present", "absent", "-o", "name");

        Assert.Equal(4, run.Code);
        Assert.Equal("backup.backupserver.io/present\n", run.Out);
        Assert.Contains("\"absent\"", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Completed", 0, false)]
    [InlineData("Completed", 0, true)]
    [InlineData("PartiallyFailed", 3, false)]
    [InlineData("Failed", 1, false)]
    [InlineData("Canceled", 1, false)]
    [InlineData("FailedValidation", 1, false)]
    public async Task Waiting_follows_the_backup_and_ends_with_its_outcome(string phase, int code, bool interactive)
    {
        var name = $"waited-{phase.ToLowerInvariant()}-{(interactive ? "live" : "lines")}";
        var waiting = Run.Async(["backup", "create", name, "--wait", "--kubeconfig", cluster.Kubeconfig], interactive: interactive);
        await CreatedAsync(name);

        await cluster.SetStatusAsync<Backup>(name, new JsonObject { ["phase"] = "InProgress", ["progress"] = new JsonObject { ["totalItems"] = 10, ["itemsBackedUp"] = 4, ["currentResource"] = "pods" } });
        await cluster.SetStatusAsync<Backup>(name, new JsonObject { ["phase"] = phase, ["messages"] = new JsonArray("what the server says") });
        var run = await waiting;

        Assert.Equal(code, run.Code);
        Assert.Contains($"backup.backupserver.io/{name} {phase}", run.Out, StringComparison.Ordinal);
        Assert.Contains("what the server says", run.Out + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_a_backup_that_is_deleted_ends()
    {
        var waiting = cluster.RunAsync("backup", "create", "vanishing", "--wait");
        await CreatedAsync("vanishing");

        await cluster.Client.DeleteAsync<Backup>(DevClusterFixture.Namespace, "vanishing", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(4, (await waiting).Code);
    }

    [Fact]
    public async Task Cancel_asks_a_running_backup_and_refuses_an_ended_one()
    {
        await cluster.RunAsync("backup", "create", "running");
        await cluster.RunAsync("backup", "create", "ended");
        await cluster.SetStatusAsync<Backup>("ended", new JsonObject { ["phase"] = "Completed" });

        var running = await cluster.RunAsync("backup", "cancel", "running");
        var ended = await cluster.RunAsync("backup", "cancel", "ended");

        Assert.Equal(0, running.Code);
        Assert.True((bool)(await cluster.GetAsync<Backup>("running"))["spec"]!["cancel"]!);
        Assert.Equal(1, ended.Code);
        Assert.Contains("Completed", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 2, 0)]
    [InlineData("n\n", 1, 0)]
    [InlineData("y\n", 0, 1)]
    public async Task Delete_asks_first(string? answer, int code, int requests)
    {
        var name = $"asked-{code}";
        await cluster.RunAsync("backup", "create", name);

        var run = await Run.Async(["backup", "delete", name, "--kubeconfig", cluster.Kubeconfig], answer: answer);

        Assert.Equal(code, run.Code);
        Assert.Equal(requests, (await RequestsAsync(name)).Count);
    }

    [Fact]
    public async Task Delete_waits_until_the_request_is_carried_out_or_refused()
    {
        await cluster.RunAsync("backup", "create", "refused");
        await cluster.RunAsync("backup", "create", "carried-out");
        var refused = cluster.RunAsync("backup", "delete", "refused", "--yes", "--wait");
        var done = cluster.RunAsync("backup", "delete", "carried-out", "--yes", "--wait");

        var first = await RequestedAsync("refused");
        await cluster.SetStatusAsync<DeleteBackupRequest>(first, new JsonObject { ["phase"] = "Processed", ["errors"] = new JsonArray("location is read-only") });
        var second = await RequestedAsync("carried-out");
        await cluster.Client.DeleteAsync<DeleteBackupRequest>(DevClusterFixture.Namespace, second, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, (await refused).Code);
        Assert.Contains("location is read-only", (await refused).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await done).Code);
    }

    [Fact]
    public async Task Describe_tells_what_the_server_found_out()
    {
        await cluster.RunAsync("backup", "create", "described", "--include-namespaces", "shop");
        await cluster.SetStatusAsync<Backup>("described", new JsonObject
        {
            ["phase"] = "PartiallyFailed",
            ["size"] = new JsonObject { ["raw"] = 2048, ["added"] = 1024, ["stored"] = 512 },
            ["coverage"] = new JsonObject { ["protected"] = 9, ["unprotected"] = 1, ["unprotectedItems"] = new JsonArray("pods shop/web volume cache: gone") },
            ["volumes"] = new JsonArray(new JsonObject { ["claim"] = "shop/data", ["method"] = "FileCopy", ["files"] = 3, ["bytes"] = 1048576 }),
        });

        var run = await cluster.RunAsync("backup", "describe", "described");

        Assert.Equal(0, run.Code);
        Assert.Matches("Phase: +PartiallyFailed\n", run.Out);
        Assert.Matches("Size: +2.00 KiB, of which 1.00 KiB are new, stored in 512 B\n", run.Out);
        Assert.Contains("  pods shop/web volume cache: gone\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("  shop/data: FileCopy, 3 files, 1.00 MiB\n", run.Out, StringComparison.Ordinal);
    }

    private static string Sorted(JsonNode node, params string[] order) =>
        new JsonObject(order.Select(name => KeyValuePair.Create(name, node[name]?.DeepClone()))).ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private async Task CreatedAsync(string name)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await cluster.Client.FindAsync<Backup>(DevClusterFixture.Namespace, name, TestContext.Current.CancellationToken) is null)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<string> RequestedAsync(string backup)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            if (await RequestsAsync(backup) is [var request])
            {
                return request;
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<List<string>> RequestsAsync(string backup)
    {
        var found = new List<string>();
        await foreach (var request in cluster.Client.ListAsync<DeleteBackupRequest>(new ListOptions { Namespace = DevClusterFixture.Namespace }, TestContext.Current.CancellationToken))
        {
            if (request.Spec.BackupName == backup)
            {
                found.Add(request.Metadata.Name);
            }
        }

        return found;
    }
}
