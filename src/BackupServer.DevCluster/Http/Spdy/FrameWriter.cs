using System.Buffers;
using System.Buffers.Binary;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>
/// Writes whole frames, one at a time, from any thread. Nothing waits for the client's windows: the clients of this protocol that are left
/// (kubectl) never send WINDOW_UPDATE, so a sender that obeyed would stop after 64 KiB; what holds back is the connection itself.
/// </summary>
internal sealed class FrameWriter(Stream connection, HeaderCompressor compressor) : IDisposable
{
    private static readonly byte[] NoHeaders = HeaderBlock.Write(new Dictionary<string, string>());

    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>Takes a stream that the client opened.</summary>
    public Task ReplyAsync(uint stream, CancellationToken ct) => WriteAsync(
        () =>
        {
            // Within the lock: blocks must be written in the order in which they are compressed.
            var headers = compressor.Compress(NoHeaders);
            var body = new byte[4 + headers.Length];
            BinaryPrimitives.WriteUInt32BigEndian(body, stream);
            headers.CopyTo(body, 4);
            return (FrameHeader.Control(FrameType.SynReply, body.Length), body);
        },
        ct);

    public Task ResetAsync(uint stream, ResetStatus status, CancellationToken ct) => ControlAsync(FrameType.RstStream, stream, (uint)status, ct);

    /// <summary>Says which of the client's streams was the last that was looked at, and that no more will be.</summary>
    public Task GoAwayAsync(uint lastStream, GoAwayStatus status, CancellationToken ct) => ControlAsync(FrameType.GoAway, lastStream, (uint)status, ct);

    /// <summary>Lets the client send so many bytes more on a stream; 0 is the session.</summary>
    public Task WindowUpdateAsync(uint stream, int bytes, CancellationToken ct) => ControlAsync(FrameType.WindowUpdate, stream, (uint)bytes, ct);

    public Task PingAsync(uint id, CancellationToken ct)
    {
        var body = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(body, id);
        return WriteAsync(() => (FrameHeader.Control(FrameType.Ping, body.Length), body), ct);
    }

    /// <param name="stream">The stream.</param>
    /// <param name="content">At most <see cref="FrameHeader.MaxLength"/> bytes.</param>
    /// <param name="last">Nothing follows on this stream.</param>
    /// <param name="ct">Cancellation.</param>
    public Task DataAsync(uint stream, ReadOnlyMemory<byte> content, bool last, CancellationToken ct) =>
        WriteAsync(() => (FrameHeader.Data(stream, content.Length, last), content), ct);

    public void Dispose() => _writing.Dispose();

    private Task ControlAsync(FrameType type, uint first, uint second, CancellationToken ct)
    {
        var body = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(body, first);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4), second);
        return WriteAsync(() => (FrameHeader.Control(type, body.Length), body), ct);
    }

    private async Task WriteAsync(Func<(FrameHeader Header, ReadOnlyMemory<byte> Body)> frame, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            var (header, body) = frame();
            var buffer = ArrayPool<byte>.Shared.Rent(FrameHeader.Size + body.Length);
            header.Write(buffer);
            body.CopyTo(buffer.AsMemory(FrameHeader.Size));
            await connection.WriteAsync(buffer.AsMemory(0, FrameHeader.Size + body.Length), ct);
            await connection.FlushAsync(ct);
            ArrayPool<byte>.Shared.Return(buffer);
        }
        finally
        {
            _writing.Release();
        }
    }
}
