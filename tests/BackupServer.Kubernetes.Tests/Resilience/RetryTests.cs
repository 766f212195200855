using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BackupServer.Kubernetes.Authentication;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Tests.Servers;
using BackupServer.Kubernetes.Writes;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Resilience;

public sealed class RetryTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(ConfigMap("a"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_is_repeated_after_429_and_waits_as_long_as_the_server_asks()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Json(429, "slow down", ("Retry-After", "1")),
            Answer.Ok(ConfigMap("a")));
        using var client = server.Client();
        var watch = Stopwatch.StartNew();

        await client.CreateAsync(ConfigMaps, "ns", Body, cancellationToken: Cancel);

        Assert.InRange(watch.Elapsed.TotalSeconds, 0.95, 60);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_storm_of_429_is_survived_by_many_requests_at_once()
    {
        var count = 0;
        await using var server = await ScriptedServer.StartAsync(context => Interlocked.Increment(ref count) % 3 != 0
            ? Answer.Json(429, "slow down", ("Retry-After", "0"))(context)
            : Answer.Ok(ConfigMap("a"))(context));
        using var client = server.Client(new KubernetesClientOptions { OverloadAttempts = 60, FirstPause = TimeSpan.FromMilliseconds(1) });

        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.GetAsync(ConfigMaps, "ns", "a", Cancel)));

        Assert.InRange(client.Transport.Concurrency.Limit, 1, 15);
    }

    [Fact]
    public async Task A_failing_server_is_asked_again_for_a_get_but_not_for_a_post()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Failure(503, "ServiceUnavailable", "etcd is away"),
            Answer.Ok(ConfigMap("a")),
            Answer.Failure(503, "ServiceUnavailable", "etcd is away"));
        using var client = server.Client();

        await client.GetAsync(ConfigMaps, "ns", "a", Cancel);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(ConfigMaps, "ns", Body, cancellationToken: Cancel));

        Assert.Equal(3, server.Requests.Count);
        Assert.True(error.IsTransient);
        Assert.Contains("etcd is away", error.Message);
    }

    [Fact]
    public async Task A_dropped_connection_is_tried_again_for_merge_and_apply_but_not_for_a_json_patch()
    {
        var drop = true;
        await using var server = await ScriptedServer.StartAsync(context => (drop = !drop) ? Answer.Ok(ConfigMap("a"))(context) : Answer.Drop(context));
        using var client = server.Client();

        await client.PatchAsync(ConfigMaps, "ns", "a", Patch.Merge("{}"u8.ToArray()), cancellationToken: Cancel);
        await client.PatchAsync(ConfigMaps, "ns", "a", Patch.Apply("{}"u8.ToArray()), new WriteOptions { FieldManager = "m" }, Cancel);
        var error = await Assert.ThrowsAsync<KubernetesException>(
            () => client.PatchAsync(ConfigMaps, "ns", "a", Patch.Json("[]"u8.ToArray()), cancellationToken: Cancel));

        Assert.Equal(5, server.Requests.Count);
        Assert.True(error.IsTransient);
        Assert.Null(error.StatusCode);
    }

    [Theory]
    [InlineData(400, "BadRequest")]
    [InlineData(403, "Forbidden")]
    [InlineData(404, "NotFound")]
    [InlineData(409, "Conflict")]
    [InlineData(422, "Invalid")]
    [InlineData(500, "")]
    public async Task A_refusal_is_never_repeated(int code, string reason)
    {
        await using var server = await ScriptedServer.StartAsync(context => Answer.Failure(code, reason, "no")(context));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Single(server.Requests);
        Assert.Equal((HttpStatusCode)code, error.StatusCode);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_post_to_a_server_that_is_just_starting_gets_through()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var port = ((IPEndPoint)reserved.LocalEndpoint).Port;
        reserved.Stop();
        using var client = new KubernetesClient(
            new KubernetesClientConfiguration { Server = new Uri($"http://127.0.0.1:{port}"), Credentials = StaticCredentials.FromToken("t") },
            options: new KubernetesClientOptions { FirstPause = TimeSpan.FromMilliseconds(100), Attempts = 20 });

        var creating = client.CreateAsync(ConfigMaps, "ns", Body, cancellationToken: Cancel);
        await using var server = await ScriptedServer.StartAsync(port, Answer.Ok(ConfigMap("a")));

        Assert.Equal("a", (await creating).Name.Name);
    }

    [Fact]
    public async Task An_unreachable_server_is_named_with_its_context()
    {
        using var client = new KubernetesClient(
            new KubernetesClientConfiguration { Server = new Uri("http://127.0.0.1:1"), Source = "context \"c\" in /k" },
            options: new KubernetesClientOptions { Attempts = 1 });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Equal(
            "Could not get configmaps \"a\" in namespace \"ns\" at http://127.0.0.1:1/ (context \"c\" in /k): no connection: Connection refused. "
            + "Is the cluster running, and is the address right?",
            error.Message);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_the_timeout()
    {
        await using var server = await ScriptedServer.StartAsync(context => Answer.Hang("")(context));
        using var client = server.Client(new KubernetesClientOptions { Attempts = 1, RequestTimeout = TimeSpan.FromMilliseconds(300) });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Contains("no answer within", error.Message);
        Assert.True(error.IsTransient);
    }
}
