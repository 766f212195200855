using System.Net;
using System.Net.Sockets;
using System.Text;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Tests.Servers;
using Microsoft.AspNetCore.Hosting;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Transport;

public sealed class ProxyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tunnel_is_asked_of_the_proxy_with_its_password_and_tls_goes_through_it()
    {
        var authority = new TestAuthority();
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(ConfigMap("a")), listen => listen.UseHttps(authority.Server("api.internal")));
        using var proxy = new TunnelProxy(refuse: false);
        using var client = new KubernetesClient(server.Configuration() with
        {
            Proxy = new Uri($"http://user:pass@127.0.0.1:{proxy.Port}"),
            Trust = new ServerTrust { Authorities = PemFiles.Authorities(authority.Pem), ServerName = "api.internal" },
        });

        await client.GetAsync(ConfigMaps, "ns", "a", Cancel);

        Assert.Contains(proxy.Heads, head => head.StartsWith("CONNECT ", StringComparison.Ordinal));
        Assert.Contains(proxy.Heads, head => head.Contains(Convert.ToBase64String("user:pass"u8), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named()
    {
        using var proxy = new TunnelProxy(refuse: true);
        using var client = new KubernetesClient(new KubernetesClientConfiguration
        {
            Server = new Uri("https://api.internal:6443"),
            Proxy = new Uri($"http://127.0.0.1:{proxy.Port}"),
        });

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));

        Assert.Contains($"the proxy http://127.0.0.1:{proxy.Port}/ refused", error.Message);
    }

    /// <summary>An HTTP proxy that knows only CONNECT.</summary>
    private sealed class TunnelProxy : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly bool _refuse;

        public TunnelProxy(bool refuse)
        {
            _refuse = refuse;
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public System.Collections.Concurrent.ConcurrentQueue<string> Heads { get; } = new();

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = ServeAsync(await _listener.AcceptTcpClientAsync());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The test has ended.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                while (true)
                {
                    var head = await HeadAsync(stream);
                    Heads.Enqueue(head);
                    if (_refuse)
                    {
                        await stream.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                        return;
                    }

                    if (!head.Contains("Proxy-Authorization", StringComparison.OrdinalIgnoreCase))
                    {
                        await stream.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                        continue;
                    }

                    var port = int.Parse(head.Split(' ')[1].Split(':')[1]);
                    using var server = new TcpClient();
                    await server.ConnectAsync(IPAddress.Loopback, port);
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
                    await Task.WhenAny(stream.CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(stream));
                    return;
                }
            }
        }

        private static async Task<string> HeadAsync(NetworkStream stream)
        {
            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
            {
                head.Append((char)one[0]);
            }

            return head.ToString();
        }
    }
}
