using System.Text;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// The log of one run of a container: lines as <c>time stream tag text</c>, as container runtimes write them. Readers may follow while it
/// is written. Safe for concurrent use.
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();
    private bool _closed;

    public ContainerLog(string path, TimeProvider time)
    {
        FilePath = path;
        _time = time;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    public string FilePath { get; }

    /// <summary>No more lines will come.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock) return _closed;
        }
    }

    /// <summary>Completes at the next line or the end.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock) return _closed ? Task.CompletedTask : _changed.Task;
        }
    }

    /// <summary>Copies a stream of the container into the log until it ends.</summary>
    public async Task CopyAsync(Stream source, string name, CancellationToken cancellationToken)
    {
        var line = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            var rest = buffer.AsMemory(0, read);
            int end;
            while ((end = rest.Span.IndexOf((byte)'\n')) >= 0)
            {
                line.Write(rest.Span[..end]);
                Write(name, line, full: true);
                rest = rest[(end + 1)..];
            }

            line.Write(rest.Span);
            // As runtimes do: a very long line is written in parts.
            if (line.Length >= 16 * 1024) Write(name, line, full: false);
        }

        if (line.Length > 0) Write(name, line, full: false);
    }

    public void Dispose()
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            signal = _changed;
            _file.Dispose();
        }

        signal.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Write(string name, MemoryStream line, bool full)
    {
        var head = Encoding.ASCII.GetBytes($"{_time.GetUtcNow().MicroStamp()[..^1]}000Z {name} {(full ? 'F' : 'P')} ");
        var entry = new byte[head.Length + line.Length + 1];
        head.CopyTo(entry, 0);
        line.GetBuffer().AsSpan(0, (int)line.Length).CopyTo(entry.AsSpan(head.Length));
        entry[^1] = (byte)'\n';
        line.SetLength(0);
        TaskCompletionSource signal;
        lock (_lock)
        {
            if (_closed) return;
            _file.Write(entry);
            signal = _changed;
            _changed = NewSignal();
        }

        signal.TrySetResult();
    }
}
