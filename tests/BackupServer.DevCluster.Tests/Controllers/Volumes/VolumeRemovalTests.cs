using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Tests.Nodes;

namespace BackupServer.DevCluster.Tests.Controllers.Volumes;

/// <summary>Removing what a claim leaves, with files in it that pods may make and .NET cannot name.</summary>
public sealed class VolumeRemovalTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private static CancellationToken Ct => RunningCluster.Ct;

    [Fact]
    public async Task A_volume_with_names_that_are_not_UTF8_is_removed_with_its_claim()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync("persistentvolumeclaims", ns, """
            {"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"local-now","resources":{"requests":{"storage":"1Gi"} } }}
            """);
        await RunningCluster.UntilAsync(() => cluster.Client.Get("persistentvolumeclaims", ns, "c").Text("status", "phase") == "Bound", "the claim is bound");
        var volume = cluster.Client.Get("persistentvolumeclaims", ns, "c").Text("spec", "volumeName")!;
        var folder = cluster.Client.Get("persistentvolumes", null, volume).Text("spec", "local", "path")!;
        await MakeAwkwardTreeAsync(folder);

        await cluster.Client.DeleteAsync("persistentvolumeclaims", ns, "c", new DeleteWish(), Ct);

        await RunningCluster.UntilAsync(() => cluster.Client.Get("persistentvolumes", null, volume) is null, "the volume is gone");
        Assert.False(Path.Exists(folder));
    }

    [Fact]
    public async Task A_pod_with_names_that_are_not_UTF8_in_its_emptyDir_is_removed()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunPodAsync(
            ns, "p", """: > "$(printf 'data/\303\050')"; sleep 600""", ""","volumes":[{"name":"v","emptyDir":{} }]""", ""","volumeMounts":[{"name":"v","mountPath":"/data"}]""");
        var pod = await cluster.ReadyAsync(ns, "p");
        var volume = cluster.LayoutOf(pod.Text("spec", "nodeName")!).Volume(pod.Uid(), "kubernetes.io/empty-dir", "v");
        await RunningCluster.UntilAsync(() => Directory.EnumerateFileSystemEntries(volume).Any(), "the file is there");

        await cluster.Client.DeleteAsync("pods", ns, "p", new DeleteWish(GraceSeconds: 1), Ct);

        await RunningCluster.UntilAsync(() => cluster.Client.Get("pods", ns, "p") is null, "the pod is gone");
        Assert.False(Path.Exists(cluster.LayoutOf(pod.Text("spec", "nodeName")!).Pod(pod.Uid())));
    }

    [Fact]
    public async Task A_link_in_a_removed_folder_leaves_alone_what_it_points_at()
    {
        var root = Directory.CreateTempSubdirectory("devcluster-removal-").FullName;
        var kept = Directory.CreateDirectory(Path.Combine(root, "kept")).FullName;
        await File.WriteAllTextAsync(Path.Combine(kept, "f"), "kept", Ct);
        var folder = Directory.CreateDirectory(Path.Combine(root, "gone")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(folder, "link"), kept);

        await FolderRemoval.RemoveAsync(folder, Ct);

        Assert.False(Path.Exists(folder));
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(kept, "f"), Ct));
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_volume_that_cannot_be_removed_is_tried_again_with_growing_delays_and_written_once()
    {
        var work = Directory.CreateTempSubdirectory("devcluster-removal-").FullName;
        var (calls, closed) = (Path.Combine(work, "calls"), Path.Combine(work, "closed"));
        await File.WriteAllTextAsync(closed, "", Ct);
        await WriteScriptAsync(Path.Combine(work, "rm"), $"""
            [ -e '{closed}' ] || exec /bin/rm "$@"
            date +%s%N >> '{calls}'
            echo 'rm: cannot remove it: Device or resource busy' >&2
            exit 1
            """);
        await using (var server = await ServerProcess.StartAsync(null, new Dictionary<string, string> { ["PATH"] = $"{work}:{Environment.GetEnvironmentVariable("PATH")}" }, "--nodes", "1"))
        {
            await ClaimAsync(server);
            await VolumeAsync(server, found => (string?)found["status"]?["phase"] == "Bound");
            using var deleted = await server.Client.DeleteAsync("/api/v1/namespaces/default/persistentvolumeclaims/c", Ct);
            deleted.EnsureSuccessStatusCode();

            await VolumeAsync(server, found => (string?)found["status"]?["phase"] == "Failed");
            var after = await TriesAsync(calls, 4);
            var failed = await VolumeAsync(server, _ => true);
            var later = await TriesAsync(calls, 7);
            var stillFailed = await VolumeAsync(server, _ => true);

            Assert.Equal((string?)failed["metadata"]!["resourceVersion"], (string?)stillFailed["metadata"]!["resourceVersion"]);
            // Delays are the least that passes between tries; a busy machine adds to each as it likes.
            Assert.True(later[6] - later[5] > TimeSpan.FromMilliseconds(300), $"tries at {string.Join(", ", later)} do not come apart");
            Assert.True(later[6] - after[3] > TimeSpan.FromMilliseconds(500), $"tries at {string.Join(", ", later)} follow too fast");
            File.Delete(closed);
            await GoneAsync(server);
        }

        Directory.Delete(work, recursive: true);
    }

    private static async Task<JsonNode> VolumeAsync(ServerProcess server, Predicate<JsonNode> condition)
    {
        JsonNode? found = null;
        var watch = Stopwatch.StartNew();
        while (found is null || !condition(found))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"the volume did not become so within a minute: {found}");
            found = (await server.GetAsync("/api/v1/persistentvolumes"))["items"]!.AsArray().SingleOrDefault();
        }

        return found;
    }

    private static async Task GoneAsync(ServerProcess server)
    {
        var watch = Stopwatch.StartNew();
        while ((await server.GetAsync("/api/v1/persistentvolumes"))["items"]!.AsArray().Count > 0)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "it is not removed within a minute once it can be");
        }
    }

    private static async Task ClaimAsync(ServerProcess server)
    {
        using var created = await server.CreateAsync("/api/v1/namespaces/default/persistentvolumeclaims", JsonNode.Parse("""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"c"},
             "spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"local-now","resources":{"requests":{"storage":"1Gi"} } }}
            """)!);
        created.EnsureSuccessStatusCode();
    }

    /// <summary>The times of removals, each of which calls rm twice: before and after opening folders.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> TriesAsync(string calls, int count)
    {
        string[] lines = [];
        await RunningCluster.UntilAsync(() => File.Exists(calls) && (lines = File.ReadAllLines(calls)).Length > count * 2, $"rm is called for the {count}. time");
        return [.. lines.Index().Where(line => line.Index % 2 == 0).Select(line => TimeSpan.FromTicks(long.Parse(line.Item, CultureInfo.InvariantCulture) / 100))];
    }

    private static async Task WriteScriptAsync(string path, string script)
    {
        await File.WriteAllTextAsync(path, "#!/bin/sh\n" + script + "\n", Ct);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task MakeAwkwardTreeAsync(string folder)
    {
        var (code, output) = await CommandLine.RunAsync(
            "sh",
            ["-c", """cd "$0" && mkdir "$(printf 'd\377')" && : > "$(printf 'd\377/\303\050')" && : > "$(printf 'line\nbreak')" && ln -s /nowhere l && mkfifo p && mkdir shut && : > shut/f && chmod 0 shut""", folder]);
        Assert.True(code == 0, output);
    }
}
