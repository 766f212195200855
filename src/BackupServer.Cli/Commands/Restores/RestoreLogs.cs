using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Locations;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Commands.Restores;

/// <summary>The log of a restore, read from the location of its backup by this program. Nothing is locked or written.</summary>
internal static class RestoreLogs
{
    /// <summary>Prints the log of each run of a restore, in their order: one that was begun again by another server has several.</summary>
    /// <returns>Why there is none; null when there was one.</returns>
    public static async Task<string?> WriteAsync(Cluster cluster, Restore restore, string? serverNamespace, bool json, CancellationToken cancellationToken)
    {
        if (restore.Status?.BackupName is not { Length: > 0 } name)
        {
            return "it has not begun";
        }

        if (await cluster.Client.FindAsync<Backup>(cluster.Namespace, name, cancellationToken) is not { } backup)
        {
            return $"its backup {name} is not here any more, and the log went with it";
        }

        var location = await LocationOpener.FindAsync(cluster, backup, serverNamespace, cancellationToken);
        using var plugins = await Plugins.LoadAsync(cluster.Terminal, cluster.Time, cancellationToken);
        var opener = new LocationOpener(cluster, plugins);
        await using var store = await opener.OpenStoreAsync(location, cancellationToken);
        var backend = new ObjectStoreBackend(store, LocationLayout.Restores, $"location {location.Metadata.Name}");
        if (await backend.SizeAsync("config", cancellationToken) is null)
        {
            return $"location {location.Metadata.Name} holds no logs of restores; a location that is read-only takes none";
        }

        var password = await opener.PasswordAsync(location, cancellationToken);
        await using var repository = await Repository.Repository.OpenAsync(backend, password, new RepositoryOptions(), cluster.Time, cancellationToken);
        var runs = (await repository.ListSnapshotsAsync(cancellationToken))
            .Where(snapshot => snapshot.Tag(ArchiveLayout.RestoreUidTag) == restore.Metadata.Uid).OrderBy(static snapshot => snapshot.Time).ToList();
        if (runs.Count == 0)
        {
            return $"location {location.Metadata.Name} holds no log of it{(RestoreWait.IsFinal(restore.Status?.Phase) ? "" : " yet; it is written at the end")}";
        }

        await repository.LoadIndexAsync(cancellationToken);
        foreach (var run in runs)
        {
            await using var log = await new SnapshotReader(repository, run).OpenFileAsync(ArchiveLayout.Log, cancellationToken);
            await RunLog.WriteAsync(log, json, cluster.Terminal.Out, cancellationToken);
        }

        return null;
    }
}
