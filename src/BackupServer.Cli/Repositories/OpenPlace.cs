using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.PluginHost;
using BackupServer.Repository.Backends;

namespace BackupServer.Cli.Repositories;

/// <summary>The files of a repository, and what must be closed after them.</summary>
internal sealed class OpenPlace(IRepositoryBackend backend, IObjectStore? store, PluginCatalog? plugins) : IAsyncDisposable
{
    /// <summary>The files.</summary>
    public IRepositoryBackend Backend => backend;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await backend.DisposeAsync();
        await (store?.DisposeAsync() ?? ValueTask.CompletedTask);
        plugins?.Dispose();
    }
}
