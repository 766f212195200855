using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Repository.Locking;

namespace BackupServer.Server.Locations;

/// <summary>An open repository together with the store it is in.</summary>
internal sealed class OpenRepository(IObjectStore store, Repository.Repository repository) : IAsyncDisposable
{
    /// <summary>The repository.</summary>
    public Repository.Repository Repository { get; } = repository;

    /// <summary>The lock that is held on it; null when none is needed. Given back with the rest.</summary>
    public RepositoryLock? Lock { get; set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Lock is not null)
        {
            await Lock.DisposeAsync();
        }

        await Repository.DisposeAsync();
        await store.DisposeAsync();
    }
}
