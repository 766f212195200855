using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Plugins.ObjectStores;

namespace BackupServer.Agent.Work;

/// <summary>An opened repository access for one work unit; the store is closed with it.</summary>
internal sealed class WorkTarget(IObjectStore store, RepositoryAccess access) : IAsyncDisposable
{
    /// <summary>What the data mover gets.</summary>
    public RepositoryAccess Access { get; } = access;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => store.DisposeAsync();
}
