using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.ObjectStores;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Locations;

/// <summary>Logs of runs that are in no backup – of restores, and of backups that kept nothing – read from the location by this program. Nothing is locked or written.</summary>
internal static class KeptLogs
{
    /// <summary>Prints the logs of the runs that are meant, in their order: a run that was begun again by another server has several.</summary>
    /// <param name="cluster">Where the Backup object is.</param>
    /// <param name="backup">The backup whose location has the logs.</param>
    /// <param name="serverNamespace">Namespace of the location; null for the backup's own, or else that of the server.</param>
    /// <param name="isMeant">Tells a log by its snapshot.</param>
    /// <param name="json">As they are stored.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Why there is none, in words after <c>location NAME</c>; null when there was one.</returns>
    public static async Task<string?> WriteAsync(
        Cluster cluster, Backup backup, string? serverNamespace, Func<Snapshot, bool> isMeant, bool json, CancellationToken cancellationToken)
    {
        var location = await LocationOpener.FindAsync(cluster, backup, serverNamespace, cancellationToken);
        using var plugins = await Plugins.LoadAsync(cluster.Terminal, cluster.Time, cancellationToken);
        var opener = new LocationOpener(cluster, plugins);
        await using var store = await opener.OpenStoreAsync(location, cancellationToken);
        var backend = new ObjectStoreBackend(store, LocationLayout.Restores, $"location {location.Metadata.Name}");
        if (await backend.SizeAsync("config", cancellationToken) is null)
        {
            return $"location {location.Metadata.Name} holds no such logs; a location that is read-only takes none";
        }

        var password = await opener.PasswordAsync(location, cancellationToken);
        await using var repository = await Repository.Repository.OpenAsync(backend, password, new RepositoryOptions(), cluster.Time, cancellationToken);
        var runs = (await repository.ListSnapshotsAsync(cancellationToken)).Where(isMeant).OrderBy(static snapshot => snapshot.Time).ToList();
        if (runs.Count == 0)
        {
            return $"location {location.Metadata.Name} holds no log of it";
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
