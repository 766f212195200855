using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.EndToEnd.Tests.Processes;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Configuration;

namespace BackupServer.EndToEnd.Tests.Clusters;

/// <summary>A DevCluster with servers and an agent, each a process as in production, and a client of it over HTTPS.</summary>
public class TestCluster : IAsyncLifetime
{
    /// <summary>Namespace of the server.</summary>
    public const string ServerNamespace = "backup-system";

    internal const string Node = "node-1";
    internal const string NobodyToken = "nobody-of-the-tests";
    private static readonly GroupVersionResource Namespaces = new("", "v1", "namespaces");
    private readonly List<ProgramProcess> _servers = [];
    private readonly List<string> _identities = [];
    private ProgramProcess? _cluster;
    private ProgramProcess? _agent;
    private int _started;

    /// <summary>Everything of this cluster.</summary>
    public string Directory { get; } = Scratch.Create("backupserver-e2e-");

    /// <summary>Its kubeconfig.</summary>
    public string Kubeconfig => Path.Combine(Directory, "kubeconfig");

    /// <summary>Logs of all its processes.</summary>
    public string Logs => Path.Combine(Directory, "logs");

    /// <summary>A client of it, as its administrator.</summary>
    public KubernetesClient Client { get; private set; } = null!;

    internal string KubeletRoot => Path.Combine(Directory, "data", "nodes", Node, "kubelet");

    /// <summary>How many servers stand for election.</summary>
    protected virtual int Servers => 1;

    /// <summary>Arguments of the servers beyond those every one needs.</summary>
    protected virtual IReadOnlyList<string> ServerArguments => [];

    /// <summary>Arguments of the agent beyond those it needs.</summary>
    protected virtual IReadOnlyList<string> AgentArguments => [];

    /// <summary>A program with its arguments that starts the agent, or nothing.</summary>
    protected virtual IReadOnlyList<string> AgentLauncher => [];

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        var ready = Path.Combine(Directory, "ready");
        _cluster = ProgramProcess.StartOurs(
            Programs.DevCluster, Path.Combine(Logs, "devcluster.log"),
            "--port", "0", "--http-port", "0", "--data", Path.Combine(Directory, "data"), "--nodes", "1", "--nobody-token", NobodyToken,
            "--kubeconfig-out", Kubeconfig, "--ready-file", ready);
        await Eventually.HoldsAsync(() => File.Exists(ready) || _cluster.HasExited, "the cluster does not become ready");
        Assert.False(_cluster.HasExited, "the cluster ended: " + await ReadLogAsync(_cluster));
        Client = new KubernetesClient(KubernetesClientConfiguration.FromKubeconfig(Kubeconfig));
        (await KubectlAsync("create", "-f", Path.Combine(AppContext.BaseDirectory, "crds"))).Succeeded();
        (await KubectlAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")).Succeeded();
        await CreateNamespaceAsync(ServerNamespace);
        TopUpServers();
        StartAgent();
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var process in _servers.Append(_agent).Append(_cluster).OfType<ProgramProcess>())
        {
            await process.DisposeAsync();
        }

        if (Environment.GetEnvironmentVariable("BACKUPSERVER_TESTS_KEEP") is null)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Starts as many servers as are missing.</summary>
    public void TopUpServers()
    {
        while (_servers.Count < Servers)
        {
            StartServer();
        }
    }

    /// <summary>Starts one more server, under a name of its own as a new pod would have.</summary>
    private void StartServer()
    {
        var identity = $"server-{_started++}";
        _identities.Add(identity);
        _servers.Add(ProgramProcess.StartOurs(
            Programs.Server, Path.Combine(Logs, identity + ".log"),
            ["--kubeconfig", Kubeconfig, "--namespace", ServerNamespace, "--cluster-name", "e2e", "--listen", "http://127.0.0.1:0",
             "--identity", identity, "--holder-image", "devcluster.backupserver.io/run:1", .. ServerArguments]));
    }

    /// <summary>Ends the leading server with kill -9.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> KillLeaderAsync()
    {
        var leader = await Eventually.GetAsync(LeaderAsync, l => _identities.Contains(l), l => $"none of our servers leads, but '{l}'");
        var index = _identities.IndexOf(leader);
        await _servers[index].KillAsync();
        await _servers[index].DisposeAsync();
        _servers.RemoveAt(index);
        _identities.RemoveAt(index);
        return leader;
    }

    /// <summary>Starts the node's agent.</summary>
    public void StartAgent()
    {
        string[] command =
        [
            .. AgentLauncher, ProgramProcess.Dotnet, Programs.Agent, "--kubeconfig", Kubeconfig, "--namespace", ServerNamespace, "--cluster-name", "e2e",
            "--node-name", Node, "--kubelet-root", KubeletRoot, .. AgentArguments,
        ];
        _agent = ProgramProcess.Start(command[0], Path.Combine(Logs, $"agent-{_started++}.log"), command[1..]);
    }

    /// <summary>Ends the agent with kill -9.</summary>
    public async Task KillAgentAsync()
    {
        await _agent!.KillAsync();
        await _agent.DisposeAsync();
        _agent = null;
    }

    /// <summary>Who leads, by the Lease.</summary>
    public async Task<string> LeaderAsync()
    {
        var lease = await Client.FindAsync(new GroupVersionResource("coordination.k8s.io", "v1", "leases"), ServerNamespace, "backupserver", Ct);
        return (string?)lease?.ToNode()["spec"]?["holderIdentity"] ?? "";
    }

    internal static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Runs kubectl against this cluster.</summary>
    internal Task<ProgramResult> KubectlAsync(params string[] arguments) => ProgramProcess.RunAsync(
        "kubectl", arguments,
        new Dictionary<string, string> { ["KUBECONFIG"] = Kubeconfig, ["HOME"] = Directory, ["KUBECACHEDIR"] = Path.Combine(Directory, "kubectl-cache") });

    internal async Task CreateNamespaceAsync(string name) =>
        _ = await Client.CreateAsync(
            Namespaces, null, RawObject.From(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } }).Utf8, cancellationToken: Ct);

    /// <summary>Creates an object from JSON.</summary>
    internal async Task<RawObject> CreateAsync(string json)
    {
        var item = RawObject.From(JsonNode.Parse(json)!);
        var type = await Eventually.GetAsync(
            async () => await Client.Discovery.FindKindAsync(item.ApiVersion, item.Kind, Ct), t => t is not null, _ => $"{item.Kind} of {item.ApiVersion} is not served");
        return await Client.CreateAsync(type!.Resource, item.Metadata.Namespace, item.Utf8, cancellationToken: Ct);
    }

    private static async Task<string> ReadLogAsync(ProgramProcess process)
    {
        await using var log = new FileStream(process.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync(Ct);
    }
}
