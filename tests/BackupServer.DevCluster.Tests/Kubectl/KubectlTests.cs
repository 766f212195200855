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

    /// <summary>Over WebSockets by kubectl since 1.31, over SPDY/3.1 by 1.20.</summary>
    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Commands_run_in_a_pod_with_their_input_outputs_and_exit_code(string program)
    {
        var ns = await ReadyPodAsync(program);

        var echoed = await fixture.OkAsync(program, "typed", "exec", "-i", "p", "-n", ns, "--", "/bin/sh", "-c", "cat; echo said");
        var both = await fixture.OkAsync(program, null, "exec", "p", "-n", ns, "--", "/bin/sh", "-c", "echo second >&2; echo first");
        var (code, _) = await fixture.RunAsync(program, null, "exec", "p", "-n", ns, "--", "/bin/sh", "-c", "exit 7");
        var (missing, words) = await fixture.RunAsync(program, null, "exec", "p", "-n", ns, "--", "nope-no-such");

        Assert.Equal("typedsaid\n", echoed);
        Assert.Equal("first\nsecond\n", both);
        Assert.Equal(7, code);
        Assert.NotEqual(0, missing);
        Assert.Contains("executable file not found", words);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Megabytes_go_through_a_command_in_both_directions(string program)
    {
        const int size = 5 * 1024 * 1024;
        var ns = await ReadyPodAsync(program);
        var input = string.Create(size, 0, (text, _) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = (char)('a' + (i % 26));
        });

        var output = await fixture.OkAsync(program, input, "exec", "-i", "p", "-n", ns, "--", "cat");

        Assert.True(input == output, $"{output.Length} of {size} characters came back, or others than were sent");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_command_that_reads_no_input_ends_all_the_same(string program)
    {
        var ns = await ReadyPodAsync(program);

        // Without the complaints about the pipe that nobody reads, head's and kubectl's own.
        var output = await fixture.OkAsync("/bin/sh", null, "-c", $"(head -c 10000000 /dev/zero | {program} exec -i p -n {ns} -- echo unread) 2>/dev/null");

        Assert.Equal("unread\n", output);
    }

    private async Task<string> ReadyPodAsync(string program)
    {
        var ns = await fixture.NewNamespaceAsync(program);
        await fixture.OkAsync(program, Pod, "apply", "-n", ns, "-f", "-");
        await fixture.OkAsync(program, null, "wait", "--for=condition=Ready", "pod/p", "-n", ns, "--timeout=60s");
        return ns;
    }
}
