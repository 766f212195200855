using BackupServer.Kubernetes.Resilience;

namespace BackupServer.Kubernetes.Reconciling;

/// <summary>
/// Keys that have to be looked at. A key is in it once however often it is added, is handed to one worker at a time, and comes
/// back when it was added while a worker had it. Delays keep the earliest time asked for. Safe for concurrent use.
/// </summary>
/// <typeparam name="T">Key, compared by value.</typeparam>
public sealed class WorkQueue<T>(TimeProvider time, TimeSpan? firstPause = null, TimeSpan? longestPause = null) : IDisposable
    where T : notnull
{
    private readonly TimeSpan _firstPause = firstPause ?? TimeSpan.FromMilliseconds(500);
    private readonly TimeSpan _longestPause = longestPause ?? TimeSpan.FromMinutes(5);
    private readonly Lock _lock = new();
    private readonly LinkedList<T> _ready = [];
    private readonly HashSet<T> _wanted = [];
    private readonly HashSet<T> _working = [];
    private readonly Dictionary<T, Delay> _delayed = [];
    private readonly Dictionary<T, int> _failures = [];
    private readonly SemaphoreSlim _available = new(0);

    /// <summary>Keys that wait for a worker now; delayed ones are not counted.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _ready.Count;
            }
        }
    }

    /// <summary>Wants the key looked at as soon as possible.</summary>
    public void Add(T key)
    {
        lock (_lock)
        {
            Add_NeedsLock(key);
        }
    }

    /// <summary>Wants the key looked at after a while, or sooner if that was asked for already.</summary>
    public void AddAfter(T key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        lock (_lock)
        {
            var due = time.GetUtcNow() + delay;
            if (_delayed.TryGetValue(key, out var earlier))
            {
                if (earlier.Due <= due)
                {
                    return;
                }

                earlier.Timer.Dispose();
            }

            var timer = time.CreateTimer(_ => Elapsed(key, due), null, delay, Timeout.InfiniteTimeSpan);
            _delayed[key] = new Delay(due, timer);
        }
    }

    /// <summary>Wants the key looked at after a pause that grows with each call since the last <see cref="Forget"/>.</summary>
    public void AddRateLimited(T key)
    {
        int failures;
        lock (_lock)
        {
            failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
        }

        AddAfter(key, Backoff.Pause(failures, _firstPause, _longestPause));
    }

    /// <summary>How often the key was added with <see cref="AddRateLimited"/> since it was last forgotten.</summary>
    public int Failures(T key)
    {
        lock (_lock)
        {
            return _failures.GetValueOrDefault(key);
        }
    }

    /// <summary>The key went well: its pauses start small again.</summary>
    public void Forget(T key)
    {
        lock (_lock)
        {
            _failures.Remove(key);
        }
    }

    /// <summary>Takes the next key; the taker calls <see cref="Done"/> when finished with it.</summary>
    public async Task<T> TakeAsync(CancellationToken cancellationToken)
    {
        await _available.WaitAsync(cancellationToken);
        lock (_lock)
        {
            var key = _ready.First!.Value;
            _ready.RemoveFirst();
            _wanted.Remove(key);
            _working.Add(key);
            return key;
        }
    }

    /// <summary>The taker is finished; what was added meanwhile becomes available.</summary>
    public void Done(T key)
    {
        lock (_lock)
        {
            _working.Remove(key);
            if (_wanted.Contains(key))
            {
                Offer_NeedsLock(key);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var delay in _delayed.Values)
            {
                delay.Timer.Dispose();
            }

            _delayed.Clear();
        }

        _available.Dispose();
    }

    private void Elapsed(T key, DateTimeOffset due)
    {
        lock (_lock)
        {
            // The timer may have been replaced by an earlier one while it fired.
            if (_delayed.TryGetValue(key, out var delay) && delay.Due == due)
            {
                _delayed.Remove(key);
                delay.Timer.Dispose();
                Add_NeedsLock(key);
            }
        }
    }

    private void Add_NeedsLock(T key)
    {
        if (_wanted.Add(key) && !_working.Contains(key))
        {
            Offer_NeedsLock(key);
        }
    }

    private void Offer_NeedsLock(T key)
    {
        _ready.AddLast(key);
        _available.Release();
    }

    private sealed record Delay(DateTimeOffset Due, ITimer Timer);
}
