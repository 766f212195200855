using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// An exec over a WebSocket (v5.channel.k8s.io and v4): the first byte of each message is its channel. v5 can end standard input alone.
/// </summary>
internal sealed class WebSocketExecConnection : IExecConnection
{
    private const byte InputChannel = 0;
    private const byte OutputChannel = 1;
    private const byte ErrorChannel = 2;
    private const byte ResultChannel = 3;
    private const byte CloseChannel = 255;

    private static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    private readonly WebSocket _socket;
    private readonly SemaphoreSlim _sending = new(1, 1);

    private WebSocketExecConnection(WebSocket socket) => _socket = socket;

    public bool IsVersion4 => _socket.SubProtocol == Protocols[1];

    /// <exception cref="ApiStatusException">None of the protocols that are offered is served.</exception>
    public static async Task<WebSocketExecConnection> AcceptAsync(HttpContext http)
    {
        var offered = http.WebSockets.WebSocketRequestedProtocols;
        var protocol = Protocols.FirstOrDefault(offered.Contains)
            ?? throw new ApiStatusException(403, "Forbidden", $"unable to upgrade: none of the protocols {string.Join(", ", offered)} is served");
        return new WebSocketExecConnection(await http.WebSockets.AcceptWebSocketAsync(protocol));
    }

    public async Task CopyOutAsync(Stream source, ExecOutput output, CancellationToken ct)
    {
        var buffer = new byte[32 * 1024];
        buffer[0] = output == ExecOutput.Output ? OutputChannel : ErrorChannel;
        int read;
        while ((read = await source.ReadAsync(buffer.AsMemory(1), ct)) > 0) await SendAsync(buffer.AsMemory(0, read + 1), ct);
    }

    public async Task<bool> FeedAsync(Stream? target, CancellationToken ct)
    {
        try
        {
            // Reads the client from start to end: cancelling a receive would break the connection before the result is sent.
            var onlyInputClosed = await CopyInAsync(target, ct);
            target?.Close();
            if (onlyInputClosed) await CopyInAsync(null, ct);
            return false;
        }
        catch (WebSocketException)
        {
            return true;
        }
    }

    public async Task EndAsync(JsonObject result, CancellationToken ct)
    {
        await SendAsync((byte[])[ResultChannel, .. Encoding.UTF8.GetBytes(result.ToJsonString())], ct);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, string.Empty, ct);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _sending.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies standard input in. Ends when the client closes that channel (v5) or the connection; true when it was the channel.</summary>
    private async Task<bool> CopyInAsync(Stream? target, CancellationToken ct)
    {
        var buffer = new byte[32 * 1024];
        var start = true;
        byte channel = 0;
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), ct);
            if (received.MessageType == WebSocketMessageType.Close) return false;
            var content = buffer.AsMemory(0, received.Count);
            if (start && content.Length > 0)
            {
                channel = content.Span[0];
                content = content[1..];
            }

            start = received.EndOfMessage;
            if (channel == CloseChannel && content.Length > 0 && content.Span[0] == InputChannel) return true;
            if (channel != InputChannel || target is null || content.Length == 0) continue;
            try
            {
                await target.WriteAsync(content, ct);
                await target.FlushAsync(ct);
            }
            catch (IOException)
            {
                // The command reads no more; what it says and how it ends still matters.
                target = null;
            }
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        await _sending.WaitAsync(ct);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, ct);
        }
        finally
        {
            _sending.Release();
        }
    }
}
