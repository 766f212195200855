using System.Net;

namespace BackupServer.Kubernetes.Transport;

/// <summary>
/// The proxy that <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c> ask for, read as kubectl reads them. .NET's own reading knows no networks
/// (<c>10.96.0.0/12</c>) in <c>NO_PROXY</c>, which is how clusters keep their service addresses off the proxy.
/// </summary>
internal sealed class EnvironmentProxy(string? https, string? http, string? exceptions) : IWebProxy
{
    private readonly Uri? _https = Address(https);
    private readonly Uri? _http = Address(http);
    private readonly string[] _exceptions = (exceptions ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>User and password in the variable's address.</summary>
    public ICredentials? Credentials { get; set; } = ConnectionPool.ProxyCredentials(Address(https) ?? Address(http));

    public static EnvironmentProxy Read() => new(Variable("HTTPS_PROXY"), Variable("HTTP_PROXY"), Variable("NO_PROXY"));

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : Of(destination);

    public bool IsBypassed(Uri host)
    {
        var proxy = Of(host);
        return proxy is null || host.IsLoopback || _exceptions.Any(exception => Covers(exception, host));
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) ?? Environment.GetEnvironmentVariable(name.ToLowerInvariant());

    private static Uri? Address(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var uri) ? uri : null;
    }

    private static bool Covers(string exception, Uri host)
    {
        if (exception == "*")
        {
            return true;
        }

        if (IPAddress.TryParse(host.DnsSafeHost, out var address))
        {
            return (IPNetwork.TryParse(exception, out var network) && network.Contains(address))
                || (IPAddress.TryParse(exception, out var single) && single.Equals(address))
                || exception == $"{host.DnsSafeHost}:{host.Port}";
        }

        var port = exception.LastIndexOf(':');
        var name = port < 0 ? exception : exception[..port];
        if (port >= 0 && exception[(port + 1)..] != $"{host.Port}")
        {
            return false;
        }

        // ".a.b" and "*.a.b" are the names below, "a.b" is that name, too.
        var suffix = name.TrimStart('*');
        return suffix.StartsWith('.')
            ? host.DnsSafeHost.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            : host.DnsSafeHost.Equals(suffix, StringComparison.OrdinalIgnoreCase) || host.DnsSafeHost.EndsWith($".{suffix}", StringComparison.OrdinalIgnoreCase);
    }

    private Uri? Of(Uri destination) => destination.Scheme is "https" or "wss" ? _https : _http;
}
