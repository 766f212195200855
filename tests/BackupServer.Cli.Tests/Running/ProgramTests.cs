using System.Diagnostics;
using System.Text.Json.Nodes;

namespace BackupServer.Cli.Tests.Running;

/// <summary>The program as users start it.</summary>
public sealed class ProgramTests(DevClusterFixture cluster)
{
    private static readonly string Backupctl = Path.Combine(AppContext.BaseDirectory, "backupctl.dll");

    [Fact]
    public async Task Version_tells_program_and_cluster()
    {
        var (code, output) = await AnsweredAsync(() => RunAsync("dotnet", [Backupctl, "version", "--kubeconfig", cluster.Kubeconfig]), run => run.Output);

        Assert.Equal(0, code);
        Assert.Matches(@"^backupctl \d+\.\d+\.\d+\ncluster v1\.36\.\d+\n$", output);
    }

    [Fact]
    public async Task Version_without_a_cluster_is_no_error()
    {
        var (code, output) = await RunAsync("dotnet", [Backupctl, "version", "--kubeconfig", "/nowhere"]);

        Assert.Equal(0, code);
        Assert.Contains("cluster not reached: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json", "^\\{\n  \"clientVersion\": \\{\n    \"gitVersion\": \"v\\d+\\.\\d+\\.\\d+\",\n    \"platform\": \"linux/a[mdr]+64\"\n  \\},\n  \"serverVersion\": \\{\n    \"gitVersion\": \"v1\\.36\\.\\d+\"\n  \\}\n\\}\n$")]
    [InlineData("yaml", "^clientVersion:\n  gitVersion: v\\d+\\.\\d+\\.\\d+\n  platform: linux/a[mdr]+64\nserverVersion:\n  gitVersion: v1\\.36\\.\\d+\n$")]
    public async Task Version_for_programs_has_the_fields_that_kubectl_version_has(string format, string expected)
    {
        var version = await AnsweredAsync(() => Run.Async(["version", "-o", format, "--kubeconfig", cluster.Kubeconfig]), run => run.Out);

        Assert.Equal(0, version.Code);
        Assert.Matches(expected, version.Out);
    }

    [Fact]
    public async Task Version_for_programs_tells_why_the_cluster_was_not_reached_and_nothing_of_it_with_client()
    {
        var away = await Run.Async(["version", "-o", "json", "--kubeconfig", "/nowhere"]);
        var client = await Run.Async(["version", "-o", "json", "--client", "--kubeconfig", "/nowhere"]);
        var table = await Run.Async(["version", "-o", "wide"]);

        Assert.Equal((0, 0, 2), (away.Code, client.Code, table.Code));
        Assert.Contains("/nowhere", (string?)JsonNode.Parse(away.Out)!["serverError"], StringComparison.Ordinal);
        Assert.Equal(["clientVersion"], JsonNode.Parse(client.Out)!.AsObject().Select(member => member.Key));
        Assert.Contains("'wide' is no output format; there are json and yaml", table.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Main_returns_the_exit_code_of_the_command()
    {
        var (code, _) = await RunAsync("dotnet", [Backupctl, "backup", "get", "nobody", "--kubeconfig", cluster.Kubeconfig]);

        Assert.Equal(4, code);
    }

    [Fact]
    public async Task An_interrupt_ends_waiting_with_130()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Backupctl, "backup", "create", "interrupted", "--wait", "--kubeconfig", cluster.Kubeconfig])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // The first line of progress says that it waits.
        await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);

        await RunAsync("kill", ["-INT", $"{process.Id}"]);
        var rest = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith("\ninterrupted\n", rest, StringComparison.Ordinal);
        Assert.Contains("backup \"interrupted\" goes on without this program", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_completes_commands_by_the_script()
    {
        var script = $$"""
            backupctl() { dotnet '{{Backupctl}}' "$@"; }
            source <(backupctl completion bash)
            COMP_LINE='backupctl backup cr' COMP_POINT=19 COMP_WORDS=(backupctl backup cr) COMP_CWORD=2
            _backupctl
            echo "${COMPREPLY[@]}"
            COMP_LINE='backupctl ' COMP_POINT=10 COMP_WORDS=(backupctl '') COMP_CWORD=1
            _backupctl
            echo "${COMPREPLY[@]}"
            """;

        var (code, output) = await RunAsync("bash", ["-c", script]);

        var lines = output.Split('\n');
        Assert.Equal(0, code);
        Assert.Equal("create", lines[0]);
        Assert.Superset(new HashSet<string> { "backup", "schedule", "restore", "location", "repository" }, lines[1].Split(' ').ToHashSet());
    }

    [Theory]
    [InlineData("zsh", "compdef _backupctl backupctl")]
    [InlineData("fish", "complete -c backupctl")]
    public async Task Other_shells_have_scripts_too(string shell, string line)
    {
        var run = await Run.Async(["completion", shell]);

        Assert.Equal(0, run.Code);
        Assert.Contains(line, run.Out, StringComparison.Ordinal);
    }

    /// <summary>The program gives the cluster 3 s, which a busy machine may need for the first connection of a process; it is then asked again.</summary>
    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> ask, Func<T, string> output)
    {
        var run = await ask();
        for (var tries = 1; tries < 10 && output(run).Contains("no answer within", StringComparison.Ordinal); tries++)
        {
            run = await ask();
        }

        return run;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
