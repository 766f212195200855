using System.Net;
using BackupServer.DevCluster.Cluster;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace BackupServer.DevCluster.Http;

/// <summary>Kestrel on 127.0.0.1, HTTPS and HTTP; every request goes to the <see cref="RequestDispatcher"/>.</summary>
internal sealed class ApiServer(DevClusterHost host) : IAsyncDisposable
{
    private const int MaxBodyBytes = 3 * 1024 * 1024;
    private WebApplication? _app;

    public Uri HttpsAddress => Address("https");

    public Uri HttpAddress => Address("http");

    public async Task StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes + 4096;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, host.Options.Port, listen => listen.UseHttps(host.Certificates.Server));
            kestrel.Listen(IPAddress.Loopback, host.Options.HttpPort);
        });
        _app = builder.Build();
        _app.UseWebSockets();
        var dispatcher = new RequestDispatcher(host);
        _app.Run(dispatcher.HandleAsync);
        await _app.StartAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await _app.StopAsync(limit.Token);
            await _app.DisposeAsync();
        }
    }

    private Uri Address(string scheme)
    {
        var addresses = _app?.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.Select(a => new Uri(a)).First(a => a.Scheme == scheme);
    }
}
