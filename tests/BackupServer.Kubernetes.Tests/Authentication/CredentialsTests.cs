using System.Text.Json.Nodes;
using BackupServer.Kubernetes.Authentication;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Tests.Servers;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Authentication;

public sealed class CredentialsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    public async Task A_plugin_is_asked_with_the_cluster_and_its_token_is_kept_until_it_expires(string version)
    {
        _directory.Script("plugin", $$$"""
            printf '%s' "$KUBERNETES_EXEC_INFO" > "$OUT/info"
            echo run >> "$OUT/runs"
            echo '{"apiVersion":"client.authentication.k8s.io/{{{version}}}","kind":"ExecCredential","status":{"token":"'$1'","expirationTimestamp":"2026-01-02T04:00:00Z"} }'
            """);
        var time = new FakeTime();
        var source = Load($$$"""{apiVersion: client.authentication.k8s.io/{{{version}}}, command: ./plugin, args: [tok], env: [{name: OUT, value: "{{{_directory.Path}}}"}], interactiveMode: Never, provideClusterInfo: true}""", time);

        var first = await source.GetAsync(Cancel);
        var second = await source.GetAsync(Cancel);
        time.Advance(TimeSpan.FromHours(1));
        await source.GetAsync(Cancel);

        Assert.Equal("tok", first.Authorization?.Parameter);
        Assert.Same(first, second);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(_directory.Path, "runs")).Length);
        var info = JsonNode.Parse(File.ReadAllText(Path.Combine(_directory.Path, "info")))!;
        Assert.Equal($"client.authentication.k8s.io/{version}", (string?)info["apiVersion"]);
        Assert.False((bool)info["spec"]!["interactive"]!);
        Assert.Equal("https://h:1", (string?)info["spec"]!["cluster"]!["server"]);
    }

    [Fact]
    public async Task A_plugin_may_give_a_certificate()
    {
        var (certificate, key) = new TestAuthority().Client("EC PKCS8");
        var answer = new JsonObject
        {
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["status"] = new JsonObject { ["clientCertificateData"] = certificate, ["clientKeyData"] = key },
        };
        _directory.Write("answer", answer.ToJsonString());
        _directory.Script("plugin", $"cat {_directory.Path}/answer");

        var credential = await Load("{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never}").GetAsync(Cancel);

        Assert.Contains("CN=admin", credential.Certificate!.Subject);
        Assert.Null(credential.Authorization);
    }

    [Theory]
    [InlineData("exit 7", "ended with exit code 7")]
    [InlineData("echo nonsense-SECRET", "printed something that is no ExecCredential")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\"}'", "printed apiVersion \"client.authentication.k8s.io/v1beta1\" where the kubeconfig says")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\"}'", "printed no status")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "printed neither status.token nor")]
    public async Task A_plugin_that_fails_says_how(string script, string expected)
    {
        _directory.Script("plugin", script);

        var error = await Assert.ThrowsAsync<CredentialException>(
            () => Load("{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never}").GetAsync(Cancel).AsTask());

        Assert.Contains(expected, error.Message);
        Assert.Contains("user \"u\"", error.Message);
        Assert.DoesNotContain("SECRET", error.ToString());
    }

    [Fact]
    public async Task A_plugin_that_is_not_there_shows_its_install_hint()
    {
        var source = Load("{apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, interactiveMode: Never, installHint: get it from us}");

        var error = await Assert.ThrowsAsync<CredentialException>(() => source.GetAsync(Cancel).AsTask());

        Assert.Contains("cannot be started", error.Message);
        Assert.Contains("get it from us", error.Message);
    }

    [Fact]
    public async Task A_plugin_is_asked_again_when_the_server_refuses_its_token()
    {
        _directory.Script("plugin", """
            echo x >> "$0.runs"
            echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t'$(wc -l < "$0.runs" | tr -d ' ')'"}}'
            """);
        await using var server = await ScriptedServer.StartAsync(context => context.Request.Headers.Authorization == "Bearer t2"
            ? Answer.Ok(ConfigMap("a"))(context)
            : Answer.Failure(401, "Unauthorized", "Unauthorized")(context));
        var credentials = Load("{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never}");
        using var client = new KubernetesClient(server.Configuration() with { Credentials = credentials });

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.GetAsync(ConfigMaps, "ns", "a", Cancel)));

        Assert.Equal(2, File.ReadAllLines(Path.Combine(_directory.Path, "plugin.runs")).Length);
    }

    [Fact]
    public async Task A_token_file_is_read_again_when_the_server_refuses_the_old_token()
    {
        var file = _directory.Write("token", "old");
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            File.WriteAllText(file, "new");
            return context.Request.Headers.Authorization == "Bearer new"
                ? Answer.Ok(ConfigMap("a"))(context)
                : Answer.Failure(401, "Unauthorized", "Unauthorized")(context);
        });
        var credentials = new TokenFileCredentials(file, null, null, "the test", TimeProvider.System);
        using var client = new KubernetesClient(server.Configuration() with { Credentials = credentials });

        await client.GetAsync(ConfigMaps, "ns", "a", Cancel);

        Assert.Equal(["Bearer old", "Bearer new"], server.Requests.Select(r => r.Headers["Authorization"]));
    }

    [Fact]
    public async Task An_expired_token_is_called_expired()
    {
        // {"alg":"none"}.{"exp":1700000000}.
        const string token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.c2ln";
        await using var server = await ScriptedServer.StartAsync(context => Answer.Failure(401, "Unauthorized", "Unauthorized")(context));
        using var client = new KubernetesClient(server.Configuration() with { Credentials = StaticCredentials.FromToken(token) });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.True(error.IsUnauthorized);
        Assert.Contains("The token expired at 2023-11-14 22:13:20Z. Log in again.", error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_refused_user_is_named_with_the_place_to_check()
    {
        await using var server = await ScriptedServer.StartAsync(context => Answer.Failure(401, "Unauthorized", "Unauthorized")(context));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Equal(
            $"The API server {server.Address} does not accept the credentials of a bearer token given explicitly (Unauthorized). Check the user of the test.",
            error.Message);
    }

    [Fact]
    public async Task Whom_to_act_as_is_sent_with_every_request()
    {
        await using var server = await ScriptedServer.StartAsync(context => Answer.Ok(ConfigMap("a"))(context));
        var identity = new Impersonation("jane", "7", "a", new Dictionary<string, string> { ["sco/pes"] = "x" });
        using var client = new KubernetesClient(server.Configuration() with { Impersonation = identity });

        await client.GetAsync(ConfigMaps, "ns", "a", Cancel);

        var headers = server.Requests.Single().Headers;
        Assert.Equal(("jane", "7", "a", "x"), (headers["Impersonate-User"], headers["Impersonate-Uid"], headers["Impersonate-Group"], headers["Impersonate-Extra-sco%2Fpes"]));
    }

    private ICredentialSource Load(string exec, TimeProvider? time = null) => KubernetesClientConfiguration.FromKubeconfig(_directory.Write("config", $$$"""
        current-context: x
        contexts: [{name: x, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://h:1"}}]
        users: [{name: u, user: {exec: {{{exec}}}}}]
        """), time: time).Credentials;
}
