namespace BackupServer.Kubernetes.Resilience;

/// <summary>
/// Bounds the requests that wait for an answer, and finds the bound by itself: one more after each full round of successes, half
/// after a 429 (additive increase, multiplicative decrease). The server's priority and fairness is the only one who
/// knows its load, so there is no fixed rate. First come, first served. A slot is held until the answer's headers, not while its
/// body is consumed: a consumer that makes requests of its own cannot lock itself out.
/// </summary>
internal sealed class AdaptiveConcurrency(int initial, int max, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource<Slot>> _waiters = [];
    private double _limit = initial;
    private int _running;
    private long _lastCut;

    /// <summary>The present bound.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return (int)_limit;
            }
        }
    }

    public async ValueTask<Slot> EnterAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<Slot>> node;
        lock (_lock)
        {
            if (_waiters.Count == 0 && _running < (int)_limit)
            {
                return Take_NeedsLock();
            }

            node = _waiters.AddLast(new TaskCompletionSource<Slot>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using (cancellationToken.Register(() => Withdraw(node, cancellationToken)))
        {
            return await node.Value.Task;
        }
    }

    private void Withdraw(LinkedListNode<TaskCompletionSource<Slot>> node, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiters.Remove(node);
                node.Value.TrySetCanceled(cancellationToken);
            }
        }
    }

    private Slot Take_NeedsLock()
    {
        _running++;
        return new Slot(this, time.GetTimestamp());
    }

    private void Leave()
    {
        lock (_lock)
        {
            _running--;
            while (_waiters.First is { } first && _running < (int)_limit)
            {
                _waiters.RemoveFirst();
                first.Value.SetResult(Take_NeedsLock());
            }
        }
    }

    private void Raise()
    {
        lock (_lock)
        {
            // A bound that is not reached says nothing about what the server could take.
            if (_running >= (int)_limit)
            {
                _limit = Math.Min(max, _limit + (1 / _limit));
            }
        }
    }

    private void Cut(long startedAt)
    {
        lock (_lock)
        {
            // All requests that were under way when the bound was cut belong to the same overload.
            if (startedAt >= _lastCut)
            {
                _limit = Math.Max(1, _limit / 2);
                _lastCut = time.GetTimestamp();
            }
        }
    }

    /// <summary>The right to wait for one answer.</summary>
    internal sealed class Slot(AdaptiveConcurrency owner, long startedAt) : IDisposable
    {
        private int _left;

        public void Succeeded() => owner.Raise();

        public void Throttled() => owner.Cut(startedAt);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                owner.Leave();
            }
        }
    }
}
