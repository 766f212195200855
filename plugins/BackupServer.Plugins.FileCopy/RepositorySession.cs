using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Plugins.FileCopy;

/// <summary>A repository that is open and has its index loaded.</summary>
internal sealed class RepositorySession : IAsyncDisposable
{
    private readonly IRepositoryBackend _backend;

    private RepositorySession(IRepositoryBackend backend, Repository.Repository repository)
    {
        _backend = backend;
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
            await repository.LoadIndexAsync(cancellationToken);
            return new RepositorySession(backend, repository);
        }
        catch
        {
            await repository.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Repository.DisposeAsync();
        await _backend.DisposeAsync();
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
