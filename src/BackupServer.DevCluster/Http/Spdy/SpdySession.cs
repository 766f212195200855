using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>
/// The server's side of a SPDY/3.1 session over a connection that was upgraded. Only the client opens streams.
/// </summary>
/// <remarks>
/// One loop reads: a stream whose input nobody takes holds up the others, as the client's windows would if it kept to them.
/// An error of the protocol ends the session with GOAWAY; an error of one stream resets that stream.
/// </remarks>
internal sealed class SpdySession : IDisposable
{
    private const int MaxControlFrame = 64 * 1024;
    private const int MaxStreams = 16;
    private const int CreditStep = 16 * 1024;

    private readonly Stream _connection;
    private readonly Func<SpdyStream, bool> _accept;
    private readonly HeaderCompressor _compressor = new();
    private readonly HeaderDecompressor _decompressor = new();
    private readonly FrameWriter _writer;
    private readonly ConcurrentDictionary<uint, SpdyStream> _streams = new();
    private readonly Dictionary<uint, int> _credit = [];
    private readonly byte[] _buffer = new byte[32 * 1024];
    private uint _lastStream;

    /// <param name="connection">The connection; stays the caller's.</param>
    /// <param name="accept">Asked for each stream that the client opens; false refuses it. It may send at once.</param>
    /// <exception cref="DllNotFoundException">libz.so.1 (package zlib1g) is not installed.</exception>
    public SpdySession(Stream connection, Func<SpdyStream, bool> accept)
    {
        _connection = connection;
        _accept = accept;
        _writer = new FrameWriter(connection, _compressor);
    }

    /// <summary>Serves until the client goes away or breaks the protocol; then the input of all streams has ended.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (await NextAsync(ct) is { } header) await HandleAsync(header, ct);
        }
        catch (SpdyException)
        {
            await GoAwayAsync(GoAwayStatus.ProtocolError, ct);
        }
        catch (IOException)
        {
            // The connection broke: to the streams that is the same end as a client that goes away.
        }
        finally
        {
            foreach (var stream in _streams.Values) stream.Reset();
        }
    }

    /// <summary>Tells the client that the session ends.</summary>
    public Task GoAwayAsync(GoAwayStatus status, CancellationToken ct) => _writer.GoAwayAsync(_lastStream, status, ct);

    /// <summary>To be called when nothing runs and nothing is sent any more.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _compressor.Dispose();
        _decompressor.Dispose();
    }

    private async ValueTask<FrameHeader?> NextAsync(CancellationToken ct)
    {
        var head = _buffer.AsMemory(0, FrameHeader.Size);
        var read = await _connection.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        return read < head.Length ? null : FrameHeader.Read(head.Span);
    }

    private async Task HandleAsync(FrameHeader header, CancellationToken ct)
    {
        if (!header.IsControl)
        {
            await TakeDataAsync(header, ct);
            return;
        }

        if (header.Version != FrameHeader.ProtocolVersion) throw new SpdyException($"a frame of version {header.Version}; this session speaks {FrameHeader.ProtocolVersion}");
        if (header.Length > MaxControlFrame) throw new SpdyException($"a control frame of {header.Length} bytes");
        var body = new byte[header.Length];
        await _connection.ReadExactlyAsync(body, ct);
        switch (header.Type)
        {
            case FrameType.SynStream:
                await OpenAsync(header, body, ct);
                break;
            case FrameType.SynReply:
                _ = Headers(body, 4);
                await _writer.ResetAsync(StreamId(body), ResetStatus.InvalidStream, ct);
                break;
            case FrameType.Headers:
                _ = Headers(body, 4);
                if (header.IsLast) Find(StreamId(body))?.EndInput();
                break;
            case FrameType.RstStream:
                if (_streams.TryRemove(StreamId(Sized(body, 8)), out var ended)) ended.Reset();
                break;
            case FrameType.Ping:
                // Odd ones are the client's; we send none that could come back.
                var id = Number(Sized(body, 4));
                if (id % 2 == 1) await _writer.PingAsync(id, ct);
                break;
            case FrameType.Settings:
                if (Number(body) * 8L + 4 != body.Length) throw new SpdyException("SETTINGS whose count and length differ");
                break;
            case FrameType.GoAway or FrameType.WindowUpdate:
                Sized(body, 8);
                break;
            default:
                // Types that are not known are to be passed over.
                break;
        }
    }

    private async Task OpenAsync(FrameHeader header, byte[] body, CancellationToken ct)
    {
        var headers = Headers(body, 10);
        var id = StreamId(body);
        if (id % 2 == 0 || id <= _lastStream) throw new SpdyException($"stream {id} cannot be opened by a client after {_lastStream}");
        _lastStream = id;
        foreach (var (known, gone) in _streams)
        {
            if (gone.IsClosed) _streams.TryRemove(known, out _);
        }

        var stream = new SpdyStream(id, headers, _writer);
        if ((header.Flags & FrameHeader.Unidirectional) != 0 || _streams.Count >= MaxStreams)
        {
            await _writer.ResetAsync(id, ResetStatus.RefusedStream, ct);
            return;
        }

        // Replied to before anyone can send on it: clients drop the data of streams that have no reply.
        _streams[id] = stream;
        if (header.IsLast) stream.EndInput();
        await _writer.ReplyAsync(id, ct);
        if (_accept(stream)) return;
        _streams.TryRemove(id, out _);
        await _writer.ResetAsync(id, ResetStatus.RefusedStream, ct);
    }

    private async Task TakeDataAsync(FrameHeader header, CancellationToken ct)
    {
        var stream = Find(header.StreamId);
        var refused = stream is null;
        for (var left = header.Length; left > 0;)
        {
            var piece = _buffer.AsMemory(0, Math.Min(left, _buffer.Length));
            await _connection.ReadExactlyAsync(piece, ct);
            left -= piece.Length;
            if (stream is not null) refused |= !await stream.ReceiveAsync(piece, ct);
        }

        await CreditAsync(0, header.Length, ct);
        if (refused)
        {
            var reason = header.StreamId != 0 && header.StreamId <= _lastStream ? ResetStatus.StreamAlreadyClosed : ResetStatus.InvalidStream;
            await _writer.ResetAsync(header.StreamId, reason, ct);
        }
        else if (header.IsLast)
        {
            stream?.EndInput();
        }
        else
        {
            await CreditAsync(header.StreamId, header.Length, ct);
        }
    }

    /// <summary>Gives back window for what was taken, in steps, for clients that count.</summary>
    private async Task CreditAsync(uint stream, int bytes, CancellationToken ct)
    {
        var credit = _credit.GetValueOrDefault(stream) + bytes;
        _credit[stream] = credit < CreditStep ? credit : 0;
        if (credit >= CreditStep) await _writer.WindowUpdateAsync(stream, credit, ct);
    }

    private SpdyStream? Find(uint id) => _streams.GetValueOrDefault(id);

    private Dictionary<string, string> Headers(byte[] body, int start) =>
        body.Length < start ? throw new SpdyException($"a frame of {body.Length} bytes is too short for headers") : HeaderBlock.Read(_decompressor.Decompress(body.AsSpan(start)));

    private static byte[] Sized(byte[] body, int length) =>
        body.Length == length ? body : throw new SpdyException($"a frame of {body.Length} bytes where {length} belong");

    private static uint Number(byte[] body) =>
        body.Length < 4 ? throw new SpdyException($"a frame of {body.Length} bytes is too short") : BinaryPrimitives.ReadUInt32BigEndian(body);

    /// <summary>The stream that a control frame begins with; its first bit is reserved.</summary>
    private static uint StreamId(byte[] body) => Number(body) & 0x7fffffff;
}
