using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Locking;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Plugins.FileCopy;

/// <summary>A repository that is open, locked against removal of what we write or read, and has its index loaded.</summary>
internal sealed class RepositorySession : IAsyncDisposable
{
    /// <summary>A prune of this repository holds the exclusive lock for its length; waiting for it is cheaper than failing the volume.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(10);

    private readonly IRepositoryBackend _backend;
    private readonly RepositoryLock _lock;

    private RepositorySession(IRepositoryBackend backend, Repository.Repository repository, RepositoryLock held)
    {
        _backend = backend;
        _lock = held;
        Repository = repository;
    }

    /// <summary>The repository.</summary>
    public Repository.Repository Repository { get; }

    /// <summary>Opens the repository; makes it where that is allowed and none is there.</summary>
    public static async Task<RepositorySession> OpenAsync(RepositoryAccess access, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var backend = new ObjectStoreBackend(access.Store, access.Path);
        var repository = await OpenOrInitAsync(backend, access, timeProvider, cancellationToken);
        try
        {
            var held = await RepositoryLock.AcquireAsync(repository, LockMode.Shared, new LockOptions { WaitFor = LockPatience }, cancellationToken);
            var session = new RepositorySession(backend, repository, held);
            await session.LoadIndexAsync(cancellationToken);
            return session;
        }
        catch
        {
            await repository.DisposeAsync();
            throw;
        }
    }

    /// <summary>Does work that must stop when the lock is lost.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lock.Lost);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException e) when (_lock.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Locked, "its lock could not be refreshed and may be somebody else's now; nothing was committed, start the job again", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _lock.DisposeAsync();
        await Repository.DisposeAsync();
        await _backend.DisposeAsync();
    }

    private async Task LoadIndexAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Repository.LoadIndexAsync(cancellationToken);
        }
        catch
        {
            await _lock.DisposeAsync();
            throw;
        }
    }

    private static async Task<Repository.Repository> OpenOrInitAsync(
        ObjectStoreBackend backend, RepositoryAccess access, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var options = new RepositoryOptions();
        try
        {
            return await BackupServer.Repository.Repository.OpenAsync(backend, access.Password, options, timeProvider, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound && access.MayCreate)
        {
            return await InitOrOpenAsync(backend, access, options, timeProvider, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
        {
            // The library's own advice is to make one, which would hide the loss of the one that was there.
            throw new RepositoryException(
                RepositoryErrorKind.NotFound,
                $"it is not there ({backend.Location} shows none). Check the location's bucket, prefix and mounts, and bring the repository back from a copy if it was deleted; "
                    + "it is not made anew where one has been, unless its BackupRepository object is deleted",
                e);
        }
    }

    /// <summary>The volumes of a namespace share a repository: another node may make it at the same moment.</summary>
    private static async Task<Repository.Repository> InitOrOpenAsync(
        ObjectStoreBackend backend, RepositoryAccess access, RepositoryOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            return await BackupServer.Repository.Repository.InitAsync(backend, access.Password, options, timeProvider, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.AlreadyExists)
        {
            return await BackupServer.Repository.Repository.OpenAsync(backend, access.Password, options, timeProvider, cancellationToken);
        }
    }
}
