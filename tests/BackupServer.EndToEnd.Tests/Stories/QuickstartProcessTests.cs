using System.Diagnostics;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.EndToEnd.Tests.Processes;

namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>However the quickstart ends, nothing of it goes on; and it ends when a part of it does.</summary>
public sealed class QuickstartProcessTests : IAsyncLifetime
{
    private readonly string _data = Scratch.Create("backupserver-e2e-quickstart-");
    private ProgramProcess _quickstart = null!;

    public async ValueTask InitializeAsync()
    {
        _quickstart = ProgramProcess.StartOurs(Programs.Quickstart, Path.Combine(_data, "quickstart.log"), "--data", _data);
        await Eventually.HoldsAsync(() => _quickstart.HasExited || Find("BackupServer.Agent.dll").Count == 1, "no agent is started");
        Assert.False(_quickstart.HasExited);
    }

    public async ValueTask DisposeAsync()
    {
        await _quickstart.DisposeAsync();
        _ = await ProgramProcess.RunAsync("rm", ["-rf", "--", _data]);
    }

    [Fact]
    public async Task Nothing_is_left_when_it_is_killed()
    {
        await _quickstart.KillAsync();

        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Nothing_is_left_when_it_is_told_to_end()
    {
        _quickstart.Terminate();
        var result = await _quickstart.WaitForResultAsync();

        Assert.True(result.ExitCode == 130, result.Output);
        await NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("BackupServer.Server")]
    [InlineData("BackupServer.Agent")]
    [InlineData("BackupServer.DevCluster")]
    public async Task Death_of_one_of_its_processes_ends_it_with_the_name_and_the_log(string name)
    {
        using (var process = Process.GetProcessById(Find(name + ".dll")[0]))
        {
            process.Kill();
        }

        var result = await _quickstart.WaitForResultAsync();

        Assert.True(result.ExitCode == 1, result.Output);
        Assert.Contains($"{name} ended by itself, exit code 137", result.Output);
        Assert.Contains(Path.Combine(_data, "home", "logs"), result.Output);
        await NothingIsLeftAsync();
    }

    private Task NothingIsLeftAsync() => Eventually.HoldsAsync(() => Find("dotnet").Count == 0, "processes are left");

    /// <summary>The processes of the story, which have its directory in their command lines.</summary>
    private List<int> Find(string word)
    {
        var found = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(process, "cmdline"));
                if (command.Contains(_data, StringComparison.Ordinal) && command.Contains(word, StringComparison.Ordinal))
                {
                    found.Add(int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It has ended since it was listed.
            }
        }

        return found;
    }
}
