using System.Net;
using System.Net.Security;
using BackupServer.Kubernetes.Authentication;
using BackupServer.Kubernetes.Configuration;

namespace BackupServer.Kubernetes.Transport;

/// <summary>
/// Connections to one API server. A client certificate belongs to a connection, not to a request, so each certificate has a
/// handler of its own; an old one lives on until the client is disposed, because watches may still run on it.
/// </summary>
internal sealed class ConnectionPool(KubernetesClientConfiguration configuration) : IDisposable
{
    private readonly Dictionary<string, HttpMessageInvoker> _invokers = [];
    private readonly Lock _lock = new();
    private bool _disposed;

    public HttpMessageInvoker For(ClientCertificate? certificate)
    {
        var key = certificate?.Thumbprint ?? "";
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_invokers.TryGetValue(key, out var invoker))
            {
                invoker = new HttpMessageInvoker(CreateHandler(certificate));
                _invokers.Add(key, invoker);
            }

            return invoker;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var invoker in _invokers.Values)
            {
                invoker.Dispose();
            }

            _invokers.Clear();
        }
    }

    private SocketsHttpHandler CreateHandler(ClientCertificate? certificate)
    {
        var check = new ServerCertificateCheck(configuration);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            ConnectTimeout = TimeSpan.FromSeconds(30),
            // A silent network is noticed within a minute, also below an idle watch.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            InitialHttp2StreamWindowSize = 1 << 20,
            Proxy = Proxy(),
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = check.Validate,
                CertificateChainPolicy = check.ChainPolicy(),
                ClientCertificateContext = certificate?.Context,
            },
        };
        return handler;
    }

    private IWebProxy Proxy()
    {
        if (configuration.Proxy is { } proxy)
        {
            return new WebProxy(proxy) { Credentials = ProxyCredentials(proxy) };
        }

        return EnvironmentProxy.Read();
    }

    internal static NetworkCredential? ProxyCredentials(Uri? proxy)
    {
        if (proxy is null || proxy.UserInfo.Length == 0)
        {
            return null;
        }

        var parts = proxy.UserInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
