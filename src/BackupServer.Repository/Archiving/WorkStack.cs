namespace BackupServer.Repository.Archiving;

/// <summary>
/// Work that makes more work, done by several workers, the newest first: a tree is then walked depth first, and little of it is open at a time. After a failure, or when it is
/// stopped, what is left is dropped.
/// </summary>
internal sealed class WorkStack<T>(Func<T, CancellationToken, ValueTask> run) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<T> _items = new();
    private readonly SemaphoreSlim _available = new(0);
    private int _unfinished;
    private Exception? _failure;

    /// <summary>Puts work on top, so that the last of these is done first.</summary>
    public void Push(params ReadOnlySpan<T> items)
    {
        if (items.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            _unfinished += items.Length;
            foreach (T item in items)
            {
                _items.Push(item);
            }
        }

        _available.Release(items.Length);
    }

    /// <summary>Does all work that was pushed and what comes of it.</summary>
    public async Task RunAsync(int workers, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(workers, stop), CancellationToken.None)));
        if (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => _available.Dispose();

    private async Task WorkAsync(int workers, CancellationTokenSource stop)
    {
        while (await NextAsync() is (true, var item))
        {
            try
            {
                if (!stop.IsCancellationRequested)
                {
                    await run(item, stop.Token);
                }
            }
            catch (Exception error)
            {
                // The first failure is what is told: the others follow from it.
                Interlocked.CompareExchange(ref _failure, error, null);
                await stop.CancelAsync();
            }

            lock (_gate)
            {
                if (--_unfinished == 0)
                {
                    _available.Release(workers);
                }
            }
        }
    }

    // Nothing when all work is done.
    private async ValueTask<(bool Any, T Item)> NextAsync()
    {
        await _available.WaitAsync();
        lock (_gate)
        {
            return _items.TryPop(out T? item) ? (true, item) : (false, default!);
        }
    }
}
