using System.Threading.Channels;

namespace BackupServer.DevCluster.Controllers;

/// <summary>
/// Keys waiting to be worked on. A key waits at most once however often it is added; one that is added while it is being
/// worked on waits again afterwards, so no change is missed and no key is worked on twice at a time.
/// </summary>
internal sealed class WorkQueue<TKey>(TimeProvider time)
    where TKey : struct
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);

    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, (ITimer Timer, DateTimeOffset Due)> _delayed = [];
    private readonly HashSet<TKey> _waiting = [];
    private readonly HashSet<TKey> _working = [];
    private readonly Lock _lock = new();
    private bool _closed;

    public void Add(TKey key)
    {
        lock (_lock)
        {
            if (_waiting.Add(key) && !_working.Contains(key)) _ready.Writer.TryWrite(key);
        }
    }

    /// <summary>Adds the key later; of several delays the one that ends first counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        var due = time.GetUtcNow() + delay;
        lock (_lock)
        {
            if (_closed) return;
            if (_delayed.TryGetValue(key, out var earlier))
            {
                if (earlier.Due <= due) return;
                earlier.Timer.Dispose();
            }

            _delayed[key] = (time.CreateTimer(_ => Ripe(key), null, delay, Timeout.InfiniteTimeSpan), due);
        }
    }

    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            _waiting.Remove(key);
            _working.Add(key);
        }

        return key;
    }

    /// <summary>Ends the work on a key; a failed one comes back after a delay that doubles with every failure in a row.</summary>
    public void Done(TKey key, bool failed)
    {
        TimeSpan? again = null;
        lock (_lock)
        {
            _working.Remove(key);
            if (failed)
            {
                var failures = _failures[key] = _failures.GetValueOrDefault(key) + 1;
                again = TimeSpan.FromTicks(Math.Min(FirstBackoff.Ticks << Math.Min(failures - 1, 16), LongestBackoff.Ticks));
            }
            else
            {
                _failures.Remove(key);
            }

            if (_waiting.Contains(key)) _ready.Writer.TryWrite(key);
        }

        if (again is { } delay) AddAfter(key, delay);
    }

    /// <summary>Drops the delays; nothing becomes ready by time any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var (timer, _) in _delayed.Values) timer.Dispose();
            _delayed.Clear();
        }
    }

    private void Ripe(TKey key)
    {
        lock (_lock)
        {
            if (_delayed.Remove(key, out var delayed)) delayed.Timer.Dispose();
        }

        Add(key);
    }
}
