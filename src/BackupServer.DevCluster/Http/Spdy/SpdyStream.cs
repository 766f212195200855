using System.IO.Pipelines;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>A stream that the client opened. What it sends is read from <see cref="Input"/>; each side ends its own half.</summary>
internal sealed class SpdyStream
{
    private readonly FrameWriter _writer;
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: 128 * 1024, resumeWriterThreshold: 64 * 1024, useSynchronizationContext: false));
    private bool _inputEnded;
    private bool _outputEnded;

    public SpdyStream(uint id, IReadOnlyDictionary<string, string> headers, FrameWriter writer)
    {
        Id = id;
        Headers = headers;
        _writer = writer;
        Input = _received.Reader.AsStream();
    }

    public uint Id { get; }

    /// <summary>Headers with which it was opened.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>What the client sends, until it ends or resets the stream or the session ends. Disposing it discards what still comes.</summary>
    public Stream Input { get; }

    /// <summary>Both halves are ended.</summary>
    public bool IsClosed => Volatile.Read(ref _inputEnded) && Volatile.Read(ref _outputEnded);

    /// <summary>Sends; to a stream that the client has reset nothing goes any more.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        if (!Volatile.Read(ref _outputEnded)) await _writer.DataAsync(Id, content, last: false, ct);
    }

    /// <summary>Ends our half; once is enough.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        if (!Interlocked.Exchange(ref _outputEnded, true)) await _writer.DataAsync(Id, ReadOnlyMemory<byte>.Empty, last: true, ct);
    }

    /// <summary>Takes what the client sent; waits while the reader of <see cref="Input"/> is behind. False when the client had ended its half.</summary>
    internal async ValueTask<bool> ReceiveAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        if (_inputEnded) return false;
        await _received.Writer.WriteAsync(content, ct);
        return true;
    }

    internal void EndInput()
    {
        if (Interlocked.Exchange(ref _inputEnded, true)) return;
        _received.Writer.Complete();
    }

    internal void Reset()
    {
        Volatile.Write(ref _outputEnded, true);
        EndInput();
    }
}
