using System.Diagnostics;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Cli.Tests.Running;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Writes;

[assembly: AssemblyFixture(typeof(DevClusterFixture))]

namespace BackupServer.Cli.Tests.Running;

/// <summary>A running API server with our definitions, and the program pointed at it. The tests play the server of BackupServer by writing status.</summary>
public sealed class DevClusterFixture : IAsyncLifetime
{
    public const string Namespace = "backup-system";

    private readonly Process _process;
    private readonly string _directory = Directory.CreateTempSubdirectory("backupctl-tests-").FullName;

    public DevClusterFixture()
    {
        Kubeconfig = Path.Combine(_directory, "kubeconfig");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Executable, "--port", "0", "--http-port", "0", "--nodes", "0", "--kubeconfig-out", Kubeconfig])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            },
        };
    }

    public string Kubeconfig { get; }

    public KubernetesClient Client { get; private set; } = null!;

    private static string Executable =>
        Path.Combine(AppContext.BaseDirectory, "..", "..", "BackupServer.DevCluster", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "BackupServer.DevCluster.dll");

    public async ValueTask InitializeAsync()
    {
        _process.Start();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) ?? "";
        Assert.StartsWith("ready ", line, StringComparison.Ordinal);
        Client = new KubernetesClient(KubernetesClientConfiguration.FromKubeconfig(Kubeconfig));
        var installed = await RunAsync("install", "--crds-only");
        Assert.True(installed.Code == 0, installed.ToString());
        Assert.Equal(8, installed.Out.Split(" created").Length - 1);
        var ns = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Namespace } };
        await Client.CreateAsync(new GroupVersionResource("", "v1", "namespaces"), null, RawObject.From(ns).Utf8);
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    internal Task<Run> RunAsync(params string[] arguments) => Run.Async([.. arguments, "--kubeconfig", Kubeconfig]);

    internal async Task<JsonNode> GetAsync<T>(string name)
        where T : class, ICustomResource =>
        (await Client.GetAsync(CustomResourceAttribute.Of(typeof(T)).Resource, Namespace, name, TestContext.Current.CancellationToken)).ToNode();

    internal async Task SetStatusAsync<T>(string name, JsonObject status)
        where T : class, ICustomResource
    {
        var patch = new JsonObject { ["status"] = status };
        await Client.PatchAsync<T>(Namespace, name, Patch.Merge(patch), WriteOptions.Status, TestContext.Current.CancellationToken);
    }
}
