using System.Diagnostics;

namespace BackupServer.DevCluster.Tests.Kubectl;

/// <summary>
/// kubectl as users run it: the one on the PATH (reads OpenAPI v3) and Debian's 1.20 (reads OpenAPI v2 as protocol buffer), which
/// <c>tests/run.sh</c> unpacks and names in <c>KUBECTL_120</c>.
/// </summary>
public sealed class KubectlTests(KubectlServer fixture) : IClassFixture<KubectlServer>
{
    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 0
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: c, image: example.org/web}]}
        """;

    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec:
          containers:
          - name: c
            image: devcluster.backupserver.io/run
            command: [/bin/sh, -c, "echo said at start; while true; do sleep 1; done"]
          terminationGracePeriodSeconds: 1
        """;

    public static TheoryData<string> Programs { get; } = new("kubectl", Environment.GetEnvironmentVariable("KUBECTL_120") ?? "kubectl");

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Objects_are_applied_shown_described_edited_and_deleted(string program)
    {
        var ns = await fixture.NewNamespaceAsync(program);

        Assert.Contains("deployment.apps/web created", await fixture.OkAsync(program, Manifest, "apply", "-n", ns, "-f", "-"));
        Assert.Contains("deployment.apps/web unchanged", await fixture.OkAsync(program, Manifest, "apply", "-n", ns, "-f", "-"));
        Assert.Contains("deployment.apps/web configured", await fixture.OkAsync(program, Manifest.Replace("replicas: 0", "replicas: 1"), "apply", "-n", ns, "-f", "-"));
        Assert.Contains("web", await fixture.OkAsync(program, null, "get", "deploy", "-n", ns));
        Assert.Contains("\"replicas\": 1", await fixture.OkAsync(program, null, "get", "deploy", "web", "-n", ns, "-o", "json"));
        Assert.Contains("app=web", await fixture.OkAsync(program, null, "describe", "deploy", "web", "-n", ns));
        Assert.Contains("edited", await fixture.OkAsync(program, null, "edit", "deploy", "web", "-n", ns));
        Assert.Contains("example.org/edited", await fixture.OkAsync(program, null, "get", "deploy", "web", "-n", ns, "-o", "yaml"));
        Assert.Contains("deleted", await fixture.OkAsync(program, null, "delete", "deploy", "web", "-n", ns));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task An_unknown_field_is_refused_before_anything_is_written(string program)
    {
        var ns = await fixture.NewNamespaceAsync(program);

        var (code, output) = await fixture.RunAsync(program, Manifest.Replace("replicas", "replixas"), "apply", "-n", ns, "-f", "-");
        var (found, _) = await fixture.RunAsync(program, null, "get", "deploy", "web", "-n", ns);

        Assert.NotEqual(0, code);
        Assert.Contains("unknown field", output);
        Assert.NotEqual(0, found);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Explain_knows_built_in_and_custom_kinds(string program)
    {
        await fixture.OkAsync(program, KubectlServer.Crd, "apply", "-f", "-");
        await fixture.OkAsync(program, null, "wait", "--for=condition=Established", "crd/gears.test.example.org", "--timeout=30s");

        Assert.Contains("<integer>", await fixture.OkAsync(program, null, "explain", "deployment.spec.replicas"));
        Assert.Contains("teeth", await fixture.OkAsync(program, null, "explain", "gears.spec"));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_watch_prints_what_happens_while_it_runs(string program)
    {
        var ns = await fixture.NewNamespaceAsync(program);
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in (string[])["get", "cm", "-n", ns, "-w", "--kubeconfig", fixture.Server.Kubeconfig, "-o", "name"])
        {
            start.ArgumentList.Add(argument);
        }

        using var watch = Process.Start(start)!;
        var first = await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        await fixture.OkAsync(program, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: later}\n", "apply", "-n", ns, "-f", "-");
        var second = await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        watch.Kill();
        await watch.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("configmap/kube-root-ca.crt", "configmap/later"), (first, second));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_pod_runs_is_waited_for_and_logs(string program)
    {
        var ns = await fixture.NewNamespaceAsync(program);
        await fixture.OkAsync(program, Pod, "apply", "-n", ns, "-f", "-");
        await fixture.OkAsync(program, null, "wait", "--for=condition=Ready", "pod/p", "-n", ns, "--timeout=60s");

        Assert.Contains("said at start", await fixture.OkAsync(program, null, "logs", "p", "-n", ns));
        Assert.Contains("deleted", await fixture.OkAsync(program, null, "delete", "pod", "p", "-n", ns));
    }

    /// <summary>Over WebSockets, so not by 1.20, whose only protocol is SPDY.</summary>
    [Fact]
    public async Task Commands_run_in_a_pod_with_their_input_output_and_exit_code()
    {
        var ns = await fixture.NewNamespaceAsync("kubectl");
        await fixture.OkAsync("kubectl", Pod, "apply", "-n", ns, "-f", "-");
        await fixture.OkAsync("kubectl", null, "wait", "--for=condition=Ready", "pod/p", "-n", ns, "--timeout=60s");

        var echoed = await fixture.OkAsync("kubectl", "typed", "exec", "-i", "p", "-n", ns, "--", "/bin/sh", "-c", "cat; echo said");
        var (code, _) = await fixture.RunAsync("kubectl", null, "exec", "p", "-n", ns, "--", "/bin/sh", "-c", "exit 7");

        Assert.Equal("typedsaid\n", echoed);
        Assert.Equal(7, code);
    }
}
