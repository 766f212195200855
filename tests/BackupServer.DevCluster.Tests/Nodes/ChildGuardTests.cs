using System.Diagnostics;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Nodes;

namespace BackupServer.DevCluster.Tests.Nodes;

public sealed class ChildGuardTests
{
    private static readonly Dictionary<string, string> Environment = new() { ["PATH"] = "/usr/bin:/bin" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Closing_the_guard_kills_every_group_it_knows_with_the_children_they_have()
    {
        var guard = new ChildGuard();
        using var process = LocalProcess.Start(guard, ["sh", "-c", "sleep 600 & echo $!; wait"], "/", Environment, input: false);
        using var reader = new StreamReader(process.Output);
        var child = int.Parse((await reader.ReadLineAsync(Ct))!);

        guard.Dispose();

        Assert.Equal(137, await process.WaitAsync(Ct));
        await RunningCluster.UntilAsync(() => !IsRunning(child), "the grandchild is gone");
    }

    [Fact]
    public async Task A_killed_cluster_leaves_no_process_behind()
    {
        var folder = Path.Combine(Path.GetTempPath(), "devcluster-guard-" + Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(folder);
        using var host = StartHost(folder);
        int pid;
        try
        {
            pid = await RunPodAsync(folder);
            Assert.True(IsRunning(pid));
        }
        finally
        {
            host.Kill(entireProcessTree: false);
        }

        await RunningCluster.UntilAsync(() => !IsRunning(pid), "the pod's process is gone");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The id of the process of a Pod in the cluster.</summary>
    private static async Task<int> RunPodAsync(string folder)
    {
        var readyFile = Path.Combine(folder, "ready");
        await RunningCluster.UntilAsync(() => File.Exists(readyFile), "the cluster is ready");
        var ready = JsonNode.Parse(await File.ReadAllTextAsync(readyFile, Ct))!;
        using var http = new HttpClient { BaseAddress = new Uri((string)ready["http"]!) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "t");
        var pidFile = Path.Combine(folder, "pid");
        // A Pod is refused until its ServiceAccount is there, a moment after the start.
        await RunningCluster.UntilAsync(() => Post(http, pidFile).IsSuccessStatusCode, "the pod is created");
        await RunningCluster.UntilAsync(() => File.Exists(pidFile) && File.ReadAllText(pidFile).EndsWith('\n'), "the pod runs");
        return int.Parse(await File.ReadAllTextAsync(pidFile, Ct));
    }

    private static Process StartHost(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { typeof(ChildGuard).Assembly.Location, "--token", "t", "--nodes", "1", "--data", folder, "--ready-file", Path.Combine(folder, "ready") })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static HttpResponseMessage Post(HttpClient http, string pidFile)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/namespaces/default/pods")
        {
            Content = new StringContent(
                $$$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"devcluster.backupserver.io/run","command":["sh","-c","echo $$$$ > {{{pidFile}}}; exec sleep 600"]}]}}""",
                System.Text.Encoding.UTF8, "application/json"),
        };
        return http.Send(request, Ct);
    }

    private static bool IsRunning(int pid) => File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ");
}
