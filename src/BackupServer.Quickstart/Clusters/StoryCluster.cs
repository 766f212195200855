using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Quickstart.Processes;

namespace BackupServer.Quickstart.Clusters;

/// <summary>One DevCluster with its server and agent, each a process, and a client of it.</summary>
internal sealed class StoryCluster : IAsyncDisposable
{
    /// <summary>Namespace of the server.</summary>
    public const string ServerNamespace = "backup-system";

    private const string Node = "node-1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<ManagedProcess> _controllers = [];
    private readonly ProcessGroup _processes;
    private readonly ManagedProcess _apiServer;
    private readonly string _directory;

    private StoryCluster(string name, string directory, ProcessGroup processes)
    {
        Name = name;
        _directory = directory;
        _processes = processes;
        _apiServer = processes.Start(
            Programs.DevCluster, Log("devcluster"),
            "--port", "0", "--http-port", "0", "--data", directory, "--nodes", "1", "--kubeconfig-out", Kubeconfig, "--ready-file", ReadyFile);
        Client = null!;
    }

    /// <summary>Name of the cluster.</summary>
    public string Name { get; }

    /// <summary>Its kubeconfig.</summary>
    public string Kubeconfig => Path.Combine(_directory, "kubeconfig");

    /// <summary>The command line, as a program for dotnet.</summary>
    public string BackupctlPath => Programs.Backupctl;

    /// <summary>A client of it.</summary>
    public KubernetesClient Client { get; private set; }

    /// <summary>Directory of a node's kubelet.</summary>
    public string KubeletRoot => Path.Combine(_directory, "nodes", Node, "kubelet");

    private string ReadyFile => Path.Combine(_directory, "ready");

    /// <summary>Starts the API server with one node.</summary>
    public static async Task<StoryCluster> StartAsync(string name, string data, ProcessGroup processes)
    {
        var directory = Directory.CreateDirectory(Path.Combine(data, name)).FullName;
        var cluster = new StoryCluster(name, directory, processes);
        try
        {
            await Waiting.UntilAsync(
                () => File.Exists(cluster.ReadyFile), Patience, () => $"DevCluster {name} does not become ready; see {cluster._apiServer.LogFile}", processes.Stop);
            cluster.Client = new KubernetesClient(KubernetesClientConfiguration.FromKubeconfig(cluster.Kubeconfig));
            return cluster;
        }
        catch
        {
            // Nobody else has it yet, and the group waits for the end of each of its processes.
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Installs the definitions and the server's namespace, and starts server and agent.</summary>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        _ = await BackupctlAsync(["install", "--crds-only"], cancellationToken);
        var ns = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = ServerNamespace } };
        _ = await Client.CreateAsync(new GroupVersionResource("", "v1", "namespaces"), null, RawObject.From(ns).Utf8, cancellationToken: cancellationToken);
        _controllers.Add(_processes.Start(
            Programs.Server, Log("server"),
            "--kubeconfig", Kubeconfig, "--namespace", ServerNamespace, "--cluster-name", Name, "--listen", "http://127.0.0.1:0", "--holder-image", "devcluster.backupserver.io/run:1"));
        _controllers.Add(_processes.Start(
            Programs.Agent, Log("agent"), "--kubeconfig", Kubeconfig, "--namespace", ServerNamespace, "--cluster-name", Name, "--node-name", Node, "--kubelet-root", KubeletRoot));
    }

    /// <summary>Runs backupctl against this cluster.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> BackupctlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => ManagedProcess.RunAsync(
        Programs.Backupctl, Log($"backupctl-{arguments[0]}"), [.. arguments, "--kubeconfig", Kubeconfig, "--namespace", ServerNamespace], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await Task.WhenAll(_controllers.Select(c => c.DisposeAsync().AsTask()));
        await _apiServer.DisposeAsync();
    }

    private string Log(string program) => Path.Combine(_directory, "logs", program + ".log");
}
