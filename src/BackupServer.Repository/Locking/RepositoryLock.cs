namespace BackupServer.Repository.Locking;

/// <summary>
/// A held lock of the format's protocol: read the locks, write one's own, wait, read again. It is refreshed until disposed. Who holds it must stop
/// when <see cref="Lost"/> is cancelled.
/// </summary>
public sealed class RepositoryLock : IAsyncDisposable
{
    private readonly Repository _repository;
    private readonly LockStore _locks;
    private readonly LockOptions _options;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _refreshing;
    private ObjectId _id;
    private bool _released;

    private RepositoryLock(Repository repository, LockStore locks, LockOptions options, LockMode mode, ObjectId id)
    {
        (_repository, _locks, _options, Mode, _id) = (repository, locks, options, mode, id);
        _refreshing = RefreshAsync();
    }

    /// <summary>What it keeps others from.</summary>
    public LockMode Mode { get; }

    /// <summary>Cancelled when the lock could not be kept: others may be changing the repository.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes a lock. Locks whose owner is dead are removed on the way.</summary>
    /// <exception cref="RepositoryException">
    /// <see cref="RepositoryErrorKind.Locked"/>: another one is in the way, and was for as long as we were to wait; the message says whose.
    /// </exception>
    public static async Task<RepositoryLock> AcquireAsync(
        Repository repository, LockMode mode, LockOptions options, CancellationToken cancellationToken)
    {
        var locks = new LockStore(repository, options);
        var started = repository.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                var id = await TryAcquireAsync(repository, locks, mode, options, cancellationToken);
                return new RepositoryLock(repository, locks, options, mode, id);
            }
            catch (RepositoryException e) when (
                e.Kind == RepositoryErrorKind.Locked && repository.TimeProvider.GetElapsedTime(started) < options.WaitFor)
            {
                await Task.Delay(options.RetryInterval, repository.TimeProvider, cancellationToken);
            }
        }
    }

    /// <summary>The locks that are in a repository, dead ones included.</summary>
    public static Task<IReadOnlyList<LockInfo>> ListAsync(
        Repository repository, LockOptions options, CancellationToken cancellationToken) =>
        new LockStore(repository, options).ListAsync(cancellationToken);

    /// <summary>
    /// Removes locks that were left behind, or all of them (<paramref name="all"/>, also unreadable ones), and returns how many. Nobody needs
    /// this for locks whose owner is known to be dead.
    /// </summary>
    public static async Task<int> UnlockAsync(
        Repository repository, LockOptions options, bool all, CancellationToken cancellationToken)
    {
        var locks = new LockStore(repository, options);
        var ids = all
            ? await repository.Documents.ListAsync(RepositoryPaths.Locks, cancellationToken)
            : [.. (await locks.ListAsync(cancellationToken)).Where(locks.IsStale).Select(static held => held.Id)];
        foreach (var id in ids)
        {
            await locks.DeleteAsync(id, cancellationToken);
        }

        return ids.Count;
    }

    /// <summary>Gives the lock back. Later calls do nothing.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_released)
        {
            return;
        }

        _released = true;
        await _stop.CancelAsync();
        await _refreshing;
        await _locks.DeleteAsync(_id, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // The work is over, however it ended: the lock goes even if the caller was cancelled.
            await ReleaseAsync(CancellationToken.None);
        }
        catch (RepositoryException)
        {
            // Storage that fails now has failed the work too, or will fail the next; the lock is recognised as dead when this process is gone.
            _released = true;
        }

        _stop.Dispose();
        _lost.Dispose();
    }

    /// <summary>Fails unless this is an exclusive lock of <paramref name="repository"/> that is still held.</summary>
    internal void RequireExclusive(Repository repository)
    {
        if (Mode != LockMode.Exclusive || !ReferenceEquals(repository, _repository) || _released || _lost.IsCancellationRequested)
        {
            throw new InvalidOperationException("removing from a repository needs its exclusive lock");
        }
    }

    private static async Task<ObjectId> TryAcquireAsync(
        Repository repository, LockStore locks, LockMode mode, LockOptions options, CancellationToken cancellationToken)
    {
        var started = repository.TimeProvider.GetTimestamp();
        RefuseConflict(repository, mode, await locks.ListLivingAsync(default, cancellationToken), options);
        var id = await locks.WriteAsync(mode, cancellationToken);
        try
        {
            var isPrompt = repository.TimeProvider.GetElapsedTime(started) < options.SettleTime / 2;
            var settled = Task.Delay(options.SettleTime, repository.TimeProvider, cancellationToken);
            await Task.WhenAll(settled, isPrompt ? options.WhileSettling(cancellationToken) : Task.CompletedTask);
            RefuseConflict(repository, mode, await locks.ListLivingAsync(id, cancellationToken), options);
            if (!isPrompt)
            {
                await options.WhileSettling(cancellationToken);
            }
        }
        catch
        {
            // Not the caller's token: a lock that nobody holds must not stay because he gave up.
            await locks.DeleteAsync(id, CancellationToken.None);
            throw;
        }

        return id;
    }

    private static void RefuseConflict(Repository repository, LockMode mode, IReadOnlyList<LockInfo> others, LockOptions options)
    {
        var conflict = others.FirstOrDefault(other => mode == LockMode.Exclusive || other.Mode == LockMode.Exclusive);
        if (conflict is null)
        {
            return;
        }

        var age = repository.TimeProvider.GetUtcNow() - conflict.Time;
        var advice = age > options.StaleAfter
            ? "its owner has not refreshed it for a long time; if it is dead, remove the lock with 'unlock'"
            : "wait until it is done, or if its owner is dead, remove the lock with 'unlock --remove-all'";
        throw new RepositoryException(
            RepositoryErrorKind.Locked, $"{repository.Location} is locked: {conflict}, {(int)age.TotalMinutes} minutes ago; {advice}");
    }

    /// <summary>Ends without an exception; a lock that cannot be kept is told by <see cref="Lost"/>.</summary>
    private async Task RefreshAsync()
    {
        var refreshed = _repository.TimeProvider.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(_options.RefreshInterval, _repository.TimeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            var (kept, retry) = await TryRefreshAsync();
            if (kept)
            {
                refreshed = _repository.TimeProvider.GetTimestamp();
            }
            else if (!retry || _repository.TimeProvider.GetElapsedTime(refreshed) >= _options.LostAfter)
            {
                await _lost.CancelAsync();
                return;
            }
        }
    }

    private async Task<(bool Kept, bool Retry)> TryRefreshAsync()
    {
        try
        {
            if (!await _locks.ExistsAsync(_id, CancellationToken.None))
            {
                // Somebody removed it and may have taken the repository since.
                return (false, false);
            }

            var old = _id;
            _id = await _locks.WriteAsync(Mode, CancellationToken.None);
            await _locks.DeleteAsync(old, CancellationToken.None);
            return (true, true);
        }
        catch (RepositoryException)
        {
            return (false, true);
        }
    }
}
