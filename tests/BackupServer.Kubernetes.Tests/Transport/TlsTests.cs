using System.Security.Cryptography.X509Certificates;
using BackupServer.Kubernetes.Authentication;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Exec;
using BackupServer.Kubernetes.Tests.Servers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Transport;

public sealed class TlsTests
{
    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_signed_by_the_own_authority_is_trusted_and_spoken_to_in_http_2()
    {
        string? protocol = null;
        await using var server = await ScriptedServer.StartAsync(
            context =>
            {
                protocol = context.Request.Protocol;
                return Answer.Ok(ConfigMap("a"))(context);
            },
            Https(_authority.Server("127.0.0.1")));
        using var client = Client(server, Trust(_authority));

        await client.GetAsync(ConfigMaps, "ns", "a", Cancel);

        Assert.Equal("HTTP/2", protocol);
    }

    [Fact]
    public async Task A_server_of_another_name_is_trusted_by_tls_server_name_which_is_also_its_sni()
    {
        var names = new List<string?>();
        var certificate = _authority.Server("api.internal");
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(ConfigMap("a")), listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, name) =>
        {
            names.Add(name);
            return certificate;
        }));
        using var client = Client(server, Trust(_authority) with { ServerName = "api.internal" });
        using var without = Client(server, Trust(_authority));

        await client.GetAsync(ConfigMaps, "ns", "a", Cancel);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => without.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Contains("is for api.internal, not for 127.0.0.1. Set tls-server-name", error.Message);
        Assert.Equal("api.internal", names[0]);
        Assert.Equal("api.internal", server.Requests.Single().Headers["Host"]);
    }

    [Fact]
    public async Task A_server_signed_by_somebody_else_is_refused_at_once_and_the_field_to_check_named()
    {
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(ConfigMap("a")), Https(new TestAuthority("another").Server("127.0.0.1")));
        using var client = Client(server, Trust(_authority));

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Contains("signed by an unknown authority (CN=another). Check certificate-authority of the test.", error.Message);
        Assert.False(error.IsTransient);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_server_whose_certificate_is_out_of_date_is_refused_with_its_dates()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(ConfigMap("a")), Https(_authority.Server("127.0.0.1", TimeProvider.System.GetUtcNow().AddHours(-1))));
        using var client = Client(server, Trust(_authority));

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Contains("it is valid from", error.Message);
    }

    [Fact]
    public async Task Verification_can_be_switched_off()
    {
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(ConfigMap("a")), Https(new TestAuthority().Server("elsewhere")));
        using var client = Client(server, new ServerTrust { SkipVerification = true });

        Assert.Equal("a", (await client.GetAsync(ConfigMaps, "ns", "a", Cancel)).Name.Name);
    }

    [Fact]
    public async Task A_rotated_authority_inside_a_cluster_is_read_again()
    {
        using var directory = new TemporaryDirectory();
        var rotated = new TestAuthority("rotated");
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(ConfigMap("a")), Https(rotated.Server("127.0.0.1")));
        var file = directory.Write("ca.crt", _authority.Pem + "\n" + rotated.Pem);
        using var client = Client(server, Trust(_authority) with { AuthorityFile = file });

        Assert.Equal("a", (await client.GetAsync(ConfigMaps, "ns", "a", Cancel)).Name.Name);
    }

    [Theory]
    [InlineData("EC SEC1")]
    [InlineData("EC PKCS8")]
    [InlineData("RSA PKCS1")]
    [InlineData("RSA PKCS8")]
    public async Task The_client_proves_itself_by_its_certificate(string form)
    {
        string? subject = null;
        var (certificate, key) = _authority.Client(form);
        await using var server = await ScriptedServer.StartAsync(
            context =>
            {
                subject = context.Connection.ClientCertificate?.Subject;
                return Answer.Ok(ConfigMap("a"))(context);
            },
            HttpsWithClientCertificate());
        using var client = Client(server, Trust(_authority), new Credential(null, ClientCertificate.FromPem(certificate, key)));

        await client.GetAsync(ConfigMaps, "ns", "a", Cancel);

        Assert.Equal("O=system:masters, CN=admin", subject);
    }

    [Fact]
    public async Task An_expired_client_certificate_is_called_expired()
    {
        var (certificate, key) = _authority.Client("EC PKCS8", TimeProvider.System.GetUtcNow().AddHours(-2));
        await using var server = await ScriptedServer.StartAsync(
            context => Answer.Failure(401, "Unauthorized", "Unauthorized")(context), HttpsWithClientCertificate());
        using var client = Client(server, Trust(_authority), new Credential(null, ClientCertificate.FromPem(certificate, key)));

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Contains("The client certificate O=system:masters, CN=admin expired at", error.Message);
    }

    [Fact]
    public async Task Commands_run_over_tls_as_well_and_a_refused_token_is_renewed()
    {
        using var directory = new TemporaryDirectory();
        var token = directory.Write("token", "old");
        await using var server = await ScriptedServer.StartAsync(
            async context =>
            {
                if (context.Request.Headers.Authorization != "Bearer new")
                {
                    await File.WriteAllTextAsync(token, "new", Cancel);
                    await Answer.Failure(401, "Unauthorized", "Unauthorized")(context);
                    return;
                }

                if (context.Request.Path.Value!.EndsWith("/configmaps/a", StringComparison.Ordinal))
                {
                    await Answer.Ok(ConfigMap("a"))(context);
                    return;
                }

                using var socket = await context.WebSockets.AcceptWebSocketAsync("v5.channel.k8s.io");
                byte[] success = [3, .. """{"status":"Success"}"""u8];
                await socket.SendAsync(success, System.Net.WebSockets.WebSocketMessageType.Binary, endOfMessage: true, Cancel);
                await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "", Cancel);
            },
            Https(_authority.Server("api.internal")));
        using var client = new KubernetesClient(server.Configuration() with
        {
            Trust = Trust(_authority) with { ServerName = "api.internal" },
            Credentials = new TokenFileCredentials(token, null, null, "the test", TimeProvider.System),
        });

        var result = await client.ExecAsync(new ExecOptions { Namespace = "ns", Pod = "p", Command = ["true"] }, Cancel);
        await client.GetAsync(ConfigMaps, "ns", "a", Cancel);

        Assert.True(result.Succeeded);
        Assert.Equal(["Bearer old", "Bearer new", "Bearer new"], server.Requests.Select(r => r.Headers["Authorization"]));
    }

    private static Action<ListenOptions> Https(X509Certificate2 certificate) => listen => listen.UseHttps(certificate);

    private static ServerTrust Trust(TestAuthority authority) => new() { Authorities = PemFiles.Authorities(authority.Pem) };

    private static KubernetesClient Client(ScriptedServer server, ServerTrust trust, Credential? credential = null)
    {
        var credentials = credential is null ? StaticCredentials.FromToken("t") : new StaticCredentials(credential, "the test's user");
        return new KubernetesClient(server.Configuration() with { Trust = trust, Credentials = credentials });
    }

    private Action<ListenOptions> HttpsWithClientCertificate() => listen => listen.UseHttps(https =>
    {
        https.ServerCertificate = _authority.Server("127.0.0.1");
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.AllowAnyClientCertificate();
    });
}
