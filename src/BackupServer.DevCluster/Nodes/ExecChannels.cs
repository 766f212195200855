using System.Net.WebSockets;

namespace BackupServer.DevCluster.Nodes;

/// <summary>The streams of an exec multiplexed over one WebSocket: the first byte of each message is its channel.</summary>
internal sealed class ExecChannels(WebSocket socket) : IDisposable
{
    public const byte Input = 0;
    public const byte Output = 1;
    public const byte Error = 2;
    public const byte Result = 3;
    private const byte Close = 255;

    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>Copies a stream of the process out until it ends.</summary>
    public async Task CopyOutAsync(Stream source, byte channel, CancellationToken cancellationToken)
    {
        var buffer = new byte[32 * 1024];
        buffer[0] = channel;
        int read;
        while ((read = await source.ReadAsync(buffer.AsMemory(1), cancellationToken)) > 0) await SendAsync(buffer.AsMemory(0, read + 1), cancellationToken);
    }

    public Task SendAsync(byte channel, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        var message = new byte[content.Length + 1];
        message[0] = channel;
        content.CopyTo(message.AsSpan(1));
        return SendAsync(message, cancellationToken);
    }

    /// <summary>Copies standard input in. Ends when the client closes that channel (v5) or the connection; true when it was the channel.</summary>
    public async Task<bool> CopyInAsync(Stream? target, CancellationToken cancellationToken)
    {
        var buffer = new byte[32 * 1024];
        var start = true;
        byte channel = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close) return false;
            var content = buffer.AsMemory(0, received.Count);
            if (start && content.Length > 0)
            {
                channel = content.Span[0];
                content = content[1..];
            }

            start = received.EndOfMessage;
            if (channel == Close && content.Length > 0 && content.Span[0] == Input) return true;
            if (channel != Input || target is null || content.Length == 0) continue;
            try
            {
                await target.WriteAsync(content, cancellationToken);
                await target.FlushAsync(cancellationToken);
            }
            catch (IOException)
            {
                // The command reads no more; what it says and how it ends still matters.
                target = null;
            }
        }
    }

    public void Dispose() => _sending.Dispose();

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }
}
