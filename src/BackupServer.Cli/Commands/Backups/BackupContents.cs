using System.Runtime.CompilerServices;
using System.Text.Json;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Locations;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;
using BackupServer.PluginHost;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Commands.Backups;

/// <summary>What a backup holds, read from its location by this program. Nothing is locked or written: a snapshot never changes.</summary>
internal sealed class BackupContents : IAsyncDisposable
{
    private readonly PluginCatalog _plugins;
    private readonly IObjectStore _store;
    private readonly Repository.Repository _repository;
    private readonly SnapshotReader _snapshot;

    private BackupContents(PluginCatalog plugins, IObjectStore store, Repository.Repository repository, SnapshotReader snapshot) =>
        (_plugins, _store, _repository, _snapshot) = (plugins, store, repository, snapshot);

    /// <summary>Opens a backup.</summary>
    /// <param name="cluster">Where the Backup object is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="serverNamespace">Namespace of the location; null for the backup's own, or else that of the server.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="CommandException">The backup, its location or its snapshot is not there.</exception>
    public static async Task<BackupContents> OpenAsync(Cluster cluster, string name, string? serverNamespace, CancellationToken cancellationToken)
    {
        var backup = await ObjectKind<Backup>.RequireAsync(cluster, name, cancellationToken);
        if (backup.Status?.SnapshotId is not { Length: > 0 } snapshot)
        {
            throw CommandException.NotFound($"backup \"{name}\" ({backup.Status?.Phase ?? BackupPhase.New}) has stored nothing{(BackupWait.IsFinal(backup.Status?.Phase) ? "" : " yet; wait for its end")}");
        }

        var location = await LocationOpener.FindAsync(cluster, backup, serverNamespace, cancellationToken);
        var plugins = await Plugins.LoadAsync(cluster.Terminal, cluster.Time, cancellationToken);
        IObjectStore? store = null;
        Repository.Repository? repository = null;
        try
        {
            var opener = new LocationOpener(cluster, plugins);
            store = await opener.OpenStoreAsync(location, cancellationToken);
            var password = await opener.PasswordAsync(location, cancellationToken);
            var backend = new ObjectStoreBackend(store, LocationLayout.Manifests, $"location {location.Metadata.Name}");
            repository = await Repository.Repository.OpenAsync(backend, password, new RepositoryOptions(), cluster.Time, cancellationToken);
            await repository.LoadIndexAsync(cancellationToken);
            return new BackupContents(plugins, store, repository, await SnapshotReader.OpenAsync(repository, snapshot, cancellationToken));
        }
        catch
        {
            await (repository?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (store?.DisposeAsync() ?? ValueTask.CompletedTask);
            plugins.Dispose();
            throw;
        }
    }

    /// <summary>The log of the run, one JSON object a line.</summary>
    public Task<Stream> OpenLogAsync(CancellationToken cancellationToken) => _snapshot.OpenFileAsync(ArchiveLayout.Log, cancellationToken);

    /// <summary>Where each object is, by resource, namespace and name.</summary>
    public async IAsyncEnumerable<IndexLine> ReadIndexAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = await _snapshot.OpenFileAsync(ArchiveLayout.Index, cancellationToken);
        using var lines = new StreamReader(file);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return Read(line);
        }
    }

    /// <summary>Objects with their lines, in the order of the index; their bytes are as the API server sent them.</summary>
    public async IAsyncEnumerable<(IndexLine Line, byte[] Object)> ReadObjectsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Stream? file = null;
        var path = "";
        try
        {
            await foreach (var line in ReadIndexAsync(cancellationToken))
            {
                if (line.File != path)
                {
                    await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
                    file = await _snapshot.OpenFileAsync(path = line.File, cancellationToken);
                }

                yield return (line, await ReadAsync(file!, line, cancellationToken));
            }
        }
        finally
        {
            await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>One object.</summary>
    public async Task<byte[]> ReadObjectAsync(IndexLine line, CancellationToken cancellationToken)
    {
        await using var file = await _snapshot.OpenFileAsync(line.File, cancellationToken);
        return await ReadAsync(file, line, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _repository.DisposeAsync();
        await _store.DisposeAsync();
        _plugins.Dispose();
    }

    private static async Task<byte[]> ReadAsync(Stream file, IndexLine line, CancellationToken cancellationToken)
    {
        var content = new byte[line.Length];
        file.Seek(line.Offset, SeekOrigin.Begin);
        await file.ReadExactlyAsync(content, cancellationToken);
        return content;
    }

    private static IndexLine Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<IndexLine>(line) ?? throw new JsonException("it holds nothing");
        }
        catch (JsonException e)
        {
            throw new RepositoryException(RepositoryErrorKind.Damaged, $"{ArchiveLayout.Index} is not what a backup writes there: {e.Message}", e);
        }
    }
}
