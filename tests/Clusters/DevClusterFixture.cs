using System.Diagnostics;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Tests.Clusters;

[assembly: AssemblyFixture(typeof(DevClusterFixture))]

namespace BackupServer.Tests.Clusters;

/// <summary>A running API server with our definitions and no server or agent of ours: the tests drive these parts themselves.</summary>
public sealed class DevClusterFixture : IAsyncLifetime
{
    public const string Namespace = "backup-system";

    private readonly string _directory = Directory.CreateTempSubdirectory("cluster-tests-").FullName;
    private Process? _process;

    public KubernetesClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var kubeconfig = Path.Combine(_directory, "kubeconfig");
        _process = Start("BackupServer.DevCluster", "BackupServer.DevCluster.dll", "--port", "0", "--http-port", "0", "--nodes", "0", "--kubeconfig-out", kubeconfig);
        Assert.StartsWith("ready ", await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) ?? "", StringComparison.Ordinal);
        Client = new KubernetesClient(KubernetesClientConfiguration.FromKubeconfig(kubeconfig));
        using var install = Start("BackupServer.Cli", "backupctl.dll", "install", "--crds-only", "--kubeconfig", kubeconfig);
        await install.StandardOutput.ReadToEndAsync();
        await install.WaitForExitAsync();
        Assert.Equal(0, install.ExitCode);
        foreach (var name in new[] { Namespace, "kube-system" })
        {
            var ns = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };
            var resource = new GroupVersionResource("", "v1", "namespaces");
            if (await Client.FindAsync(resource, null, name) is null)
            {
                await Client.CreateAsync(resource, null, RawObject.From(ns).Utf8);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A folder of another project's output: the tests run what was built with them.</summary>
    public static string OutputOf(string project) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'))));

    private static Process Start(string project, string assembly, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(OutputOf(project), assembly), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true })!;
}
