using System.Diagnostics;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.EndToEnd.Tests.Processes;

namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>The quickstart that is told to end while its first cluster starts.</summary>
public sealed class QuickstartBeginTests
{
    /// <summary>Less than the 25 s after which the process would be ended by force, which is what must not be needed.</summary>
    private static readonly TimeSpan ByItself = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Told_to_end_while_its_cluster_starts_it_ends_by_itself()
    {
        var data = Scratch.Create("backupserver-e2e-begin-");
        await using (var quickstart = ProgramProcess.StartOurs(Programs.Quickstart, Path.Combine(data, "quickstart.log"), "--data", data))
        {
            await Eventually.HoldsAsync(() => quickstart.HasExited || File.Exists(Path.Combine(data, "home", "logs", "devcluster.log")), "no cluster is started");
            var watch = Stopwatch.StartNew();
            quickstart.Terminate();

            var result = await quickstart.WaitForResultAsync();

            Assert.True(result.ExitCode == 130, result.Output);
            Assert.True(watch.Elapsed < ByItself, $"it took {watch.Elapsed}");
            Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        }

        _ = await ProgramProcess.RunAsync("rm", ["-rf", "--", data]);
    }
}
