using System.Buffers;
using System.Text.Json;

namespace BackupServer.Kubernetes.Lists;

/// <summary>
/// JSON that arrives in pieces. Offsets count from the start of the stream. Bytes from <see cref="KeepFrom"/> on stay available, so that a
/// value can be cut out exactly as it was sent; the buffer grows to the largest such value and no further.
/// </summary>
internal sealed class JsonInput(Stream stream, TimeSpan idleTimeout, TimeProvider time) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private long _base;
    private int _start;
    private int _end;
    private bool _readAbandoned;

    /// <summary>Offset of the first byte that was not consumed yet.</summary>
    public long Position => _base + _start;

    /// <summary>Offset from which bytes are kept though they were consumed; null when none are.</summary>
    public long? KeepFrom { get; set; }

    /// <summary>The bytes not yet consumed.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Moves past bytes that were parsed.</summary>
    public void Consume(long count) => _start += (int)count;

    /// <summary>A copy of the bytes between two offsets that are still held.</summary>
    public byte[] Cut(long from, long to) => _buffer.AsSpan((int)(from - _base), (int)(to - from)).ToArray();

    /// <summary>Reads more; false at the end of the stream.</summary>
    /// <exception cref="TimeoutException">Nothing came for the idle time.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        _readAbandoned = true;
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).AsTask().WaitAsync(idleTimeout, time, cancellationToken);
        _readAbandoned = false;
        _end += read;
        return read > 0;
    }

    public JsonException Wrong(string what) => new($"{what} (at byte {Position})");

    public void Dispose()
    {
        // A read that was given up may still write into the buffer, so that one is left to the collector.
        if (!_readAbandoned && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        _start = _end = 0;
    }

    private void MakeRoom()
    {
        var from = KeepFrom is { } kept ? (int)(kept - _base) : _start;
        var held = _end - from;
        if (held <= _buffer.Length / 2)
        {
            if (from == 0)
            {
                return;
            }

            Buffer.BlockCopy(_buffer, from, _buffer, 0, held);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Buffer.BlockCopy(_buffer, from, larger, 0, held);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        _base += from;
        _start -= from;
        _end = held;
    }
}
