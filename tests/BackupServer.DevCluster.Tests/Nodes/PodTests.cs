using System.Diagnostics;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Tests.Nodes;

public sealed class PodTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private IObjectClient Client => cluster.Client;

    private static CancellationToken Ct => RunningCluster.Ct;

    [Fact]
    public async Task A_pod_runs_its_command_and_its_log_can_be_read()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.RunPodAsync(ns, "p", "echo hello $WHO; echo oops >&2; sleep 600", containerMore: ""","env":[{"name":"WHO","value":"world"}]""");
        var pod = await cluster.ReadyAsync(ns, "p");

        Assert.Equal("Running", PodStates.Phase(pod));
        Assert.StartsWith("node-", pod.Text("spec", "nodeName"));
        await RunningCluster.UntilAsync(() => Log(ns, "p") is { } log && log.Contains("hello world") && log.Contains("oops"), "both lines are in the log");
        Assert.Equal("oops\n", await LogAsync(ns, "p", "?tailLines=1"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT.*Z hello world\n", await LogAsync(ns, "p", "?timestamps=true"));
    }

    [Fact]
    public async Task Following_a_log_ends_with_the_container()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunPodAsync(ns, "p", "echo one; while [ ! -e go ]; do sleep 0.05; done; echo two", ""","restartPolicy":"Never" """);
        var pod = await cluster.ReadyAsync(ns, "p");

        var following = LogAsync(ns, "p", "?follow=true");
        File.WriteAllText(Path.Combine(cluster.LayoutOf(pod.Text("spec", "nodeName")!).ContainerRoot(pod.Uid(), "c"), "go"), "");

        Assert.Equal("one\ntwo\n", await following);
    }

    [Fact]
    public async Task A_pod_with_a_claim_writes_a_file_that_appears_at_the_kubelets_path()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync("persistentvolumeclaims", ns, """{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"local-wait","resources":{"requests":{"storage":"1Gi"}}}}""");

        await cluster.RunPodAsync(
            ns, "p", "echo kept > data/file && sleep 600", ""","volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"data"}}]""",
            ""","volumeMounts":[{"name":"v","mountPath":"/data"}]""");
        var pod = await cluster.ReadyAsync(ns, "p");

        var volume = Client.Get("persistentvolumeclaims", ns, "data").Text("spec", "volumeName")!;
        var path = Path.Combine(cluster.LayoutOf(pod.Text("spec", "nodeName")!).Root, "pods", pod.Uid(), "volumes", "kubernetes.io~local-volume", volume, "file");
        await RunningCluster.UntilAsync(() => File.Exists(path) && File.ReadAllText(path) == "kept\n", "the file is there");
        Assert.Equal("kept\n", File.ReadAllText(Path.Combine(cluster.Data, "volumes", volume, "file")));
        Assert.Equal(pod.Text("spec", "nodeName"), Client.Get("persistentvolumeclaims", ns, "data")!.Annotation("volume.kubernetes.io/selected-node"));
    }

    [Fact]
    public async Task Config_secret_and_downward_volumes_hold_what_they_say()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"cm"},"data":{"k":"config"}}""");
        await cluster.CreateAsync("secrets", ns, """{"metadata":{"name":"s"},"data":{"k":"c2VjcmV0"}}""");

        await cluster.RunPodAsync(
            ns, "p", "cat etc/cm/k etc/s/k etc/d/name; echo; sleep 600",
            ""","volumes":[{"name":"cm","configMap":{"name":"cm"}},{"name":"s","secret":{"secretName":"s"}},{"name":"e","emptyDir":{}},{"name":"d","downwardAPI":{"items":[{"path":"name","fieldRef":{"fieldPath":"metadata.name"}}]}}]""",
            ""","volumeMounts":[{"name":"cm","mountPath":"/etc/cm"},{"name":"s","mountPath":"/etc/s"},{"name":"d","mountPath":"/etc/d"},{"name":"e","mountPath":"/etc/e"}]""");
        await cluster.ReadyAsync(ns, "p");

        await RunningCluster.UntilAsync(() => Log(ns, "p")?.StartsWith("configsecretp", StringComparison.Ordinal) == true, "the log shows the contents", () => Log(ns, "p") ?? "");
    }

    [Fact]
    public async Task Init_containers_run_one_after_another_before_the_others()
    {
        var ns = await cluster.NamespaceAsync();
        const string Mount = ""","volumeMounts":[{"name":"e","mountPath":"/e"}]""";

        await cluster.RunPodAsync(
            ns, "p", "cat e/order; sleep 600",
            $$$""","volumes":[{"name":"e","emptyDir":{}}],"initContainers":[{{{Init("a")}}},{{{Init("b")}}}]""", Mount);
        var pod = await cluster.ReadyAsync(ns, "p");

        Assert.All(pod.Items("status", "initContainerStatuses"), status => Assert.Equal(0, status.Number("state", "terminated", "exitCode")));
        await RunningCluster.UntilAsync(() => Log(ns, "p") == "a\nb\n", "in order", () => Log(ns, "p") ?? "");

        static string Init(string name) => $$$"""{"name":"{{{name}}}","image":"devcluster.backupserver.io/run","command":["sh","-c","sleep 0.05; echo {{{name}}} >> e/order"]{{{Mount}}} }""";
    }

    [Fact]
    public async Task A_container_that_ends_is_started_again_with_backoff_and_its_last_state_is_kept()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.RunPodAsync(ns, "p", "echo run; exit 4");

        var pod = await cluster.PodAsync(ns, "p", pod => Status(pod).Text("state", "waiting", "reason") == "CrashLoopBackOff", "it backs off");
        Assert.Equal(4, Status(pod).Number("lastState", "terminated", "exitCode"));
        Assert.True(Status(pod).Int(0, "restartCount") >= 1);
        Assert.Equal("run\n", await LogAsync(ns, "p", "?previous=true"));
    }

    [Fact]
    public async Task A_pod_that_is_never_restarted_succeeds_or_fails_with_its_command()
    {
        var ns = await cluster.NamespaceAsync();
        const string Never = ""","restartPolicy":"Never" """;

        await cluster.RunPodAsync(ns, "good", "exit 0", Never);
        await cluster.RunPodAsync(ns, "bad", "mkdir -p dev; echo why > dev/termination-log; exit 3", Never);

        await cluster.PodAsync(ns, "good", pod => PodStates.Phase(pod) == "Succeeded", "it succeeds");
        var bad = await cluster.PodAsync(ns, "bad", pod => PodStates.Phase(pod) == "Failed", "it fails");
        Assert.Equal(3, Status(bad).Number("state", "terminated", "exitCode"));
        Assert.Equal("why\n", Status(bad).Text("state", "terminated", "message"));
    }

    [Fact]
    public async Task A_missing_config_map_key_holds_the_container_until_it_is_there()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunPodAsync(ns, "p", "echo A=$A; sleep 600", containerMore: ""","env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"late","key":"k"}}}]""");
        var waiting = await cluster.PodAsync(ns, "p", pod => Status(pod).Text("state", "waiting", "reason") == "CreateContainerConfigError", "it waits");
        Assert.Equal("configmap \"late\" not found", Status(waiting).Text("state", "waiting", "message"));

        await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"late"},"data":{"k":"v"}}""");

        await cluster.ReadyAsync(ns, "p");
        await RunningCluster.UntilAsync(() => Log(ns, "p") == "A=v\n", "the value arrived");
    }

    [Fact]
    public async Task The_missing_image_is_never_pulled()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.CreateAsync("pods", ns, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"devcluster.backupserver.io/missing:1"}]}}""");

        await cluster.PodAsync(ns, "p", pod => Status(pod).Text("state", "waiting", "reason") == "ImagePullBackOff", "the image cannot be pulled");
    }

    [Fact]
    public async Task A_readiness_probe_decides_when_the_pod_is_ready()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunPodAsync(ns, "p", "sleep 600", containerMore: ""","readinessProbe":{"exec":{"command":["test","-f","ok"]},"periodSeconds":1}""");
        var pod = await cluster.PodAsync(ns, "p", pod => PodStates.Phase(pod) == "Running" && Conditions.Find(pod, "Ready").Text("reason") == "ContainersNotReady", "it runs, not ready");

        File.WriteAllText(Path.Combine(cluster.LayoutOf(pod.Text("spec", "nodeName")!).ContainerRoot(pod.Uid(), "c"), "ok"), "");

        await cluster.ReadyAsync(ns, "p");
    }

    [Fact]
    public async Task A_liveness_probe_that_fails_restarts_the_container()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.RunPodAsync(ns, "p", "sleep 600", containerMore: ""","livenessProbe":{"exec":{"command":["false"]},"periodSeconds":1,"failureThreshold":1}""");

        await cluster.PodAsync(ns, "p", pod => Status(pod).Int(0, "restartCount") > 0, "it is restarted");
    }

    [Fact]
    public async Task Deletion_asks_the_command_to_end_and_removes_the_pods_folders()
    {
        var ns = await cluster.NamespaceAsync();
        var told = Path.Combine(cluster.Data, $"{ns}-told");
        await cluster.RunPodAsync(ns, "p", $"trap 'touch {told}; exit 0' TERM; echo up; while :; do sleep 0.05; done", ""","terminationGracePeriodSeconds":40""");
        var pod = await cluster.ReadyAsync(ns, "p");
        await RunningCluster.UntilAsync(() => Log(ns, "p") == "up\n", "the trap is set");
        var watch = Stopwatch.StartNew();

        await Client.DeleteAsync("pods", ns, "p", new DeleteWish(GraceSeconds: 40), Ct);

        await RunningCluster.UntilAsync(() => Client.Get("pods", ns, "p") is null, "the pod is gone");
        await RunningCluster.UntilAsync(() => File.Exists(told), "the command was told");
        await RunningCluster.UntilAsync(() => !Directory.Exists(cluster.LayoutOf(pod.Text("spec", "nodeName")!).Pod(pod.Uid())), "its folder is gone");
        Assert.True(watch.Elapsed < RunningCluster.Prompt, $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task A_pod_no_node_can_take_says_why()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.RunPodAsync(ns, "p", "true", ""","nodeSelector":{"tr/none":"none"}""");

        var pod = await cluster.PodAsync(ns, "p", pod => Conditions.Find(pod, "PodScheduled").Text("status") == "False", "it is not scheduled");
        Assert.Equal("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.", Conditions.Find(pod, "PodScheduled").Text("message"));
    }

    [Fact]
    public async Task A_service_account_token_in_a_pod_is_one_the_server_accepts()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunPodAsync(
            ns, "p", "cat tok/token; echo; sleep 600",
            ""","volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"path":"token"}}]}}]""", ""","volumeMounts":[{"name":"t","mountPath":"/tok"}]""");
        await cluster.ReadyAsync(ns, "p");
        await RunningCluster.UntilAsync(() => Log(ns, "p")?.Length > 100, "the token is in the log");

        var user = cluster.Host.Authenticator.Authenticate(Log(ns, "p")!.Trim());

        Assert.Equal($"system:serviceaccount:{ns}:default", user?.Name);
    }

    private static JsonNode? Status(JsonObject pod) => pod.Items("status", "containerStatuses").FirstOrDefault();

    private string? Log(string ns, string name)
    {
        if (Client.Get("pods", ns, name) is not { } pod || pod.Text("spec", "nodeName") is not { Length: > 0 } node) return null;
        var path = cluster.LayoutOf(node).Log(ns, name, pod.Uid(), "c", 0);
        if (!File.Exists(path)) return null;
        return string.Concat(File.ReadAllLines(path).Select(line => line.Split(' ', 4)[3] + "\n"));
    }

    private async Task<string> LogAsync(string ns, string name, string query)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(cluster.Host.HttpAddress, $"/api/v1/namespaces/{ns}/pods/{name}/log{query}"));
        request.Headers.Authorization = new("Bearer", "admin");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(Ct);
    }
}
