using System.Diagnostics;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.DevCluster.Tests.Nodes;

/// <summary>A cluster of two nodes in this process, with a data folder of its own, shared by the tests of a class.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    /// <summary>With DEVCLUSTER_TEST_LOG=1 the cluster says on the console what it tries again and why.</summary>
    private static readonly ILoggerFactory Logging = Environment.GetEnvironmentVariable("DEVCLUSTER_TEST_LOG") == "1"
        ? LoggerFactory.Create(builder => builder.AddSimpleConsole(options => options.SingleLine = true).SetMinimumLevel(LogLevel.Debug))
        : NullLoggerFactory.Instance;

    private int _namespaces;

    internal string Data { get; } = Path.Combine(Path.GetTempPath(), "devcluster-tests-" + Guid.NewGuid().ToString("n"));

    internal DevClusterHost Host { get; private set; } = null!;

    internal IObjectClient Client { get; private set; } = null!;

    internal static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Host = new DevClusterHost(new DevClusterOptions { Nodes = 2, Data = Data, Token = "admin", NobodyToken = "nobody" }, TimeProvider.System, Logging);
        Client = new ObjectClient(Host.Resources, WriteOptions.Controller("tests"));
        await Host.StartAsync(Ct);
        await UntilAsync(() => Client.List("nodes").Count(node => Conditions.IsTrue(node, "Ready")) == 2, "both nodes are ready");
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }

    internal KubeletLayout LayoutOf(string node) => new(Path.Combine(Data, "nodes", node));

    /// <summary>
    /// What takes part of a second on a quiet machine is done within this on a busy one, unless an event is missed or a delay is waited for.
    /// </summary>
    internal static readonly TimeSpan Prompt = TimeSpan.FromSeconds(20);

    /// <summary>Waits until the condition holds; fails with the words after a minute.</summary>
    internal static async Task UntilAsync(Func<bool> condition, string what, Func<string>? otherwise = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"not within a minute: {what} {otherwise?.Invoke()}");
            await Task.Delay(5, Ct);
        }
    }

    internal async Task<string> NamespaceAsync()
    {
        var name = $"ns-{Interlocked.Increment(ref _namespaces)}";
        await Client.CreateAsync("namespaces", null, Parse($$$"""{"metadata":{"name":"{{{name}}}"}}"""), Ct);
        await UntilAsync(() => Client.Get("serviceaccounts", name, "default") is not null && Client.Get("configmaps", name, "kube-root-ca.crt") is not null, "the namespace is furnished");
        return name;
    }

    internal Task<JsonObject> CreateAsync(string resource, string ns, string json) => Client.CreateAsync(resource, ns, Parse(json), Ct);

    internal Task<JsonObject> RunPodAsync(string ns, string name, string script, string more = "", string containerMore = "") => CreateAsync("pods", ns, $$$"""
        {"metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"c","image":"devcluster.backupserver.io/run:1",
          "command":["sh","-c",{{{JsonValue.Create(script)!.ToJsonString()}}}]{{{containerMore}}} }]{{{more}}} }}
        """);

    internal async Task<JsonObject> PodAsync(string ns, string name, Func<JsonObject, bool> condition, string what)
    {
        JsonObject? pod = null;
        await UntilAsync(() => (pod = Client.Get("pods", ns, name)) is not null && condition(pod), what, () => pod?.ToJsonString() ?? "no pod");
        return pod!;
    }

    internal Task<JsonObject> ReadyAsync(string ns, string name) => PodAsync(ns, name, pod => Conditions.IsTrue(pod, "Ready"), $"pod {name} is ready");

    internal static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
