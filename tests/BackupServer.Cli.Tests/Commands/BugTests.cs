using BackupServer.Cli.Tests.Running;

namespace BackupServer.Cli.Tests.Commands;

/// <summary>What people stumbled over.</summary>
public sealed class BugTests(DevClusterFixture cluster)
{
    [Theory]
    [InlineData("--verification Nope", "--verification: \"Nope\" is not one of None, Sample, Full")]
    public async Task Wrong_value_is_answered_with_what_would_be_right_not_with_a_type_of_the_program(string arguments, string said)
    {
        var run = await cluster.RunAsync(["backup", "create", "b", .. arguments.Split(' ')]);

        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error);
        Assert.DoesNotContain("System.", run.Error);
        Assert.DoesNotContain("BackupServer.", run.Error);
    }

    [Fact]
    public async Task Wrong_values_of_other_commands_are_answered_so_too()
    {
        var number = await cluster.RunAsync("schedule", "create", "s", "--schedule", "@daily", "--starting-deadline-seconds", "soon");
        var policy = await cluster.RunAsync("restore", "create", "--from-backup", "b", "--existing-resource-policy", "replace");

        Assert.Contains("--starting-deadline-seconds: \"soon\" is not a whole number", number.Error);
        Assert.Contains("--existing-resource-policy: \"replace\" is not one of none, update", policy.Error);
    }

    [Theory]
    [InlineData("backup create taken --include-namespaces shop", "backup")]
    [InlineData("schedule create taken --schedule @daily", "backupschedule")]
    [InlineData("restore create taken --from-backup b", "restore")]
    public async Task Name_that_is_taken_is_said_in_words(string command, string kind)
    {
        await cluster.RunAsync(command.Split(' '));

        var run = await cluster.RunAsync(command.Split(' '));

        Assert.Equal(1, run.Code);
        Assert.Equal($"error: there is a {kind} \"taken\" in namespace backup-system already, and it was left as it is; choose another name, or delete that one first\n", run.Error);
    }

    [Fact]
    public async Task Backup_of_the_whole_cluster_is_described_as_such()
    {
        await cluster.RunAsync("backup", "create", "whole");
        await cluster.RunAsync("backup", "create", "part", "--include-namespaces", "shop");

        var whole = await cluster.RunAsync("backup", "describe", "whole");
        var part = await cluster.RunAsync("backup", "describe", "part");

        Assert.Matches(@"Cluster-scoped objects: +all\n", whole.Out);
        Assert.Matches(@"Included namespaces: +\*\n", whole.Out);
        Assert.Matches(@"Cluster-scoped objects: +as the namespaces need\n", part.Out);
    }
}
