using System.Net;

namespace BackupServer.Kubernetes.Transport;

/// <summary>
/// Stands between a ClientWebSocket and the connections, because the WebSocket's error says only that the upgrade failed: keeps the answer
/// that says why. It also adds the headers, as for every other request.
/// </summary>
internal sealed class UpgradeHandler(
    HttpMessageInvoker connections, Action<HttpRequestMessage> decorate, TimeProvider time) : HttpMessageHandler
{
    public HttpStatusCode? RefusedWith { get; private set; }

    public byte[] RefusalBody { get; private set; } = [];

    public TimeSpan? RetryAfter { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        decorate(request);
        var response = await connections.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            RefusedWith = response.StatusCode;
            RetryAfter = RetryAfterHeader.Read(response, time);
            RefusalBody = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }

        return response;
    }
}
