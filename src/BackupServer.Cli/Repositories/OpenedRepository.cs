using BackupServer.Cli.Running;
using BackupServer.Repository.Locking;

namespace BackupServer.Cli.Repositories;

/// <summary>An open repository with the locks that a command took.</summary>
internal sealed class OpenedRepository(OpenPlace place, Repository.Repository repository, bool noLock, TimeSpan retryLock) : IAsyncDisposable
{
    private readonly LockOptions _locking = new() { WaitFor = retryLock };
    private RepositoryLock? _lock;

    /// <summary>The repository.</summary>
    public Repository.Repository Repository => repository;

    /// <summary>Keeps others from removing while this command reads or adds; not with <c>--no-lock</c>.</summary>
    public async Task ShareAsync(CancellationToken cancellationToken)
    {
        if (!noLock)
        {
            _lock = await RepositoryLock.AcquireAsync(repository, LockMode.Shared, _locking, cancellationToken);
        }
    }

    /// <summary>As <see cref="ShareAsync"/>, and loads the index, which takes no longer: it is read while the lock settles.</summary>
    public Task ShareAndLoadIndexAsync(CancellationToken cancellationToken) => ShareAndLoadIndexAsync(static _ => Task.CompletedTask, cancellationToken);

    /// <summary>As <see cref="ShareAndLoadIndexAsync(CancellationToken)"/>, and reads what else is wanted once there is an index.</summary>
    public async Task ShareAndLoadIndexAsync(Func<CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        if (noLock)
        {
            await LoadAsync(cancellationToken);
            return;
        }

        _lock = await RepositoryLock.AcquireAsync(repository, LockMode.Shared, _locking with { WhileSettling = LoadAsync }, cancellationToken);

        async Task LoadAsync(CancellationToken token)
        {
            await repository.LoadIndexAsync(token);
            await read(token);
        }
    }

    /// <summary>Keeps everybody else out while this command removes.</summary>
    public async Task<RepositoryLock> LockAsync(CancellationToken cancellationToken) =>
        _lock = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, _locking, cancellationToken);

    /// <summary>The exclusive lock for a command that removes, otherwise a shared one and null.</summary>
    public async Task<RepositoryLock?> LockForAsync(bool removes, CancellationToken cancellationToken)
    {
        if (removes)
        {
            return await LockAsync(cancellationToken);
        }

        await ShareAsync(cancellationToken);
        return null;
    }

    /// <summary>Does something that must end when the lock cannot be kept, because others may be changing the repository by then.</summary>
    /// <exception cref="CommandException">The lock was lost.</exception>
    public async Task<T> WhileLockedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lock?.Lost ?? CancellationToken.None);
        try
        {
            return await work(linked.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && linked.IsCancellationRequested)
        {
            throw new CommandException($"the lock of {repository.Location} could not be kept, so the work was ended; run it again: it goes on where it was", ExitCodes.Locked, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await (_lock?.DisposeAsync() ?? ValueTask.CompletedTask);
        await repository.DisposeAsync();
        await place.DisposeAsync();
    }
}
