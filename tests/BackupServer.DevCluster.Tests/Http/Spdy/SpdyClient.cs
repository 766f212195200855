using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using BackupServer.DevCluster.Http.Spdy;

namespace BackupServer.DevCluster.Tests.Http.Spdy;

/// <summary>The client's side of an exec over SPDY, byte for byte, over plain HTTP.</summary>
internal sealed class SpdyClient : IAsyncDisposable
{
    private readonly TcpClient _tcp = new();
    private readonly HeaderCompressor _compressor = new();
    private readonly HeaderDecompressor _decompressor = new();

    private SpdyClient()
    {
    }

    /// <summary>The answer to the upgrade, its head only.</summary>
    public string Answer { get; private set; } = "";

    private NetworkStream Stream => _tcp.GetStream();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SpdyClient> ConnectAsync(int port, string path, string protocols = "v4.channel.k8s.io")
    {
        var client = new SpdyClient();
        await client._tcp.ConnectAsync("127.0.0.1", port, Ct);
        var request = $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer admin\r\nContent-Length: 0\r\n"
            + $"Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: {protocols}\r\n\r\n";
        await client.Stream.WriteAsync(Encoding.ASCII.GetBytes(request), Ct);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await client.Stream.ReadExactlyAsync(one, Ct);
            head.Append((char)one[0]);
        }

        client.Answer = head.ToString();
        return client;
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Stream.WriteAsync(bytes, Ct).AsTask();

    /// <summary>A control frame with this body.</summary>
    public Task ControlAsync(FrameType type, params byte[] body) => FrameAsync(FrameHeader.Control(type, body.Length), body);

    public Task FrameAsync(FrameHeader header, params byte[] body)
    {
        var frame = new byte[FrameHeader.Size + body.Length];
        header.Write(frame);
        body.CopyTo(frame, FrameHeader.Size);
        return SendAsync(frame);
    }

    public Task OpenAsync(uint id, string type)
    {
        var headers = _compressor.Compress(HeaderBlock.Write(new Dictionary<string, string> { ["streamtype"] = type }));
        return ControlAsync(FrameType.SynStream, [.. Bytes(id), .. Bytes(0), 0, 0, .. headers]);
    }

    public Task DataAsync(uint id, string text, bool last) => FrameAsync(FrameHeader.Data(id, Encoding.UTF8.GetByteCount(text), last), Encoding.UTF8.GetBytes(text));

    /// <summary>The next frame, or null when the server closed the connection. Headers of replies are decompressed on the way.</summary>
    public async Task<(FrameHeader Header, byte[] Body)?> ReceiveAsync()
    {
        var head = new byte[FrameHeader.Size];
        try
        {
            if (await Stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, Ct) < head.Length) return null;
            var header = FrameHeader.Read(head);
            var body = new byte[header.Length];
            await Stream.ReadExactlyAsync(body, Ct);
            if (header.IsControl && header.Type == FrameType.SynReply) Assert.Empty(HeaderBlock.Read(_decompressor.Decompress(body.AsSpan(4))));
            return (header, body);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Everything until the server closes the connection.</summary>
    public async Task<List<(FrameHeader Header, byte[] Body)>> RestAsync()
    {
        var frames = new List<(FrameHeader, byte[])>();
        while (await ReceiveAsync() is { } frame) frames.Add(frame);
        return frames;
    }

    public static byte[] Bytes(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        _compressor.Dispose();
        _decompressor.Dispose();
        return ValueTask.CompletedTask;
    }
}
