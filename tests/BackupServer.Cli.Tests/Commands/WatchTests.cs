using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Cli.Running;
using BackupServer.Cli.Tests.Running;

namespace BackupServer.Cli.Tests.Commands;

public sealed class WatchTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Get_with_watch_prints_rows_below_the_table_as_things_change_until_interrupted()
    {
        await cluster.RunAsync("backup", "create", "watched-1", "--labels", "watched=yes");
        var (output, stop, running) = Start("backup", "get", "-w", "-l", "watched=yes");
        await output.SeenAsync("watched-1");

        await cluster.SetStatusAsync<Backup>("watched-1", new JsonObject { ["phase"] = "InProgress" });
        await output.SeenAsync("InProgress");
        await cluster.RunAsync("backup", "create", "watched-2", "--labels", "watched=yes");
        await cluster.RunAsync("backup", "create", "unwatched");
        await output.SeenAsync("watched-2");
        await stop.CancelAsync();

        Assert.Equal(130, await running);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(lines, line => line.StartsWith("NAME", StringComparison.Ordinal));
        Assert.Equal(["watched-1", "watched-1", "watched-2"], lines[1..].Select(line => line.Split(' ')[0]));
        Assert.Equal(lines[0].IndexOf("PHASE", StringComparison.Ordinal), lines[2].IndexOf("InProgress", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_of_a_name_waits_for_it_and_prints_documents()
    {
        var (output, stop, running) = Start("schedule", "get", "to-come", "--watch", "-o", "yaml");

        await cluster.RunAsync("schedule", "create", "not-asked-for", "--schedule", "@daily");
        await cluster.RunAsync("schedule", "create", "to-come", "--schedule", "@daily");
        await output.SeenAsync("name: to-come");
        await cluster.SetStatusAsync<BackupSchedule>("to-come", new JsonObject { ["phase"] = "Enabled" });
        await output.SeenAsync("phase: Enabled");
        await stop.CancelAsync();

        Assert.Equal(130, await running);
        Assert.Equal(2, output.ToString().Split("---\n").Length - 1);
        Assert.DoesNotContain("not-asked-for", output.ToString());
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("schedule")]
    [InlineData("restore")]
    [InlineData("location")]
    public async Task Every_noun_can_be_watched(string noun)
    {
        var help = await Run.Async([noun, "get", "--help"]);

        Assert.Contains("-w, --watch", help.Out);
    }

    private (WatchedOutput Output, CancellationTokenSource Stop, Task<int> Running) Start(params string[] arguments)
    {
        var output = new WatchedOutput();
        var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var terminal = new Terminal { Out = output, Error = TextWriter.Null, In = TextReader.Null, OpenBinaryOut = () => Stream.Null, Variable = _ => null };
        return (output, stop, Backupctl.RunAsync([.. arguments, "--kubeconfig", cluster.Kubeconfig], terminal, TimeProvider.System, stop.Token));
    }
}
