using System.Diagnostics;

namespace BackupServer.Cli.Tests.Running;

/// <summary>The program as users start it.</summary>
public sealed class ProgramTests(DevClusterFixture cluster)
{
    private static readonly string Backupctl = Path.Combine(AppContext.BaseDirectory, "backupctl.dll");

    [Fact]
    public async Task Version_tells_program_and_cluster()
    {
        var (code, output) = await RunAsync("dotnet", [Backupctl, "version", "--kubeconfig", cluster.Kubeconfig]);

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
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("interrupted", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
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

    private static async Task<(int Code, string Output)> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
