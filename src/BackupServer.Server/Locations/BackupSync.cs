using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Writes;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.ObjectStores;
using BackupServer.Repository.Snapshots;
using BackupServer.Server.Reconcilers;

namespace BackupServer.Server.Locations;

/// <summary>
/// Makes the backups of a location known in the cluster: a Backup for each manifests snapshot that has none, as its backup.json tells it, finished. A Backup
/// whose snapshot is gone is removed. It is the only other writer of a Backup's status than its reconciler, and only of finished ones.
/// </summary>
internal sealed partial class BackupSync(KubernetesClient client, ServerOptions options, LocationAccess locations, Lookups lookups, ILogger<BackupSync> logger)
{
    private static readonly GroupVersionResource Namespaces = new("", "v1", "namespaces");

    /// <summary>Brings cluster and location together. Safe to repeat.</summary>
    public async Task SynchroniseAsync(BackupStorageLocation location, CancellationToken cancellationToken)
    {
        if (location.Status?.RepositoryId is null && location.Spec.AccessMode == AccessMode.ReadOnly && await locations.EnsureRepositoryAsync(location, LocationLayout.Manifests, null, cancellationToken) is null)
        {
            return;
        }

        await using var open = await locations.OpenRepositoryAsync(location, LocationLayout.Manifests, cancellationToken);
        var snapshots = (await open.Repository.ListSnapshotsAsync(cancellationToken)).Where(s => s.Tag("backup") is not null).ToDictionary(s => s.Id.ToString());
        var known = await KnownAsync(location, cancellationToken);
        var missing = snapshots.Values.Where(s => !known.Exists(b => b.Status?.SnapshotId == s.Id.ToString())).ToList();
        if (missing.Count > 0)
        {
            await open.Repository.LoadIndexAsync(cancellationToken);
        }

        foreach (var snapshot in missing)
        {
            await AddAsync(open, location, snapshot, cancellationToken);
        }

        foreach (var gone in known.Where(b => b.Status is { Phase: BackupPhase.Completed or BackupPhase.PartiallyFailed, SnapshotId: { } id } && !snapshots.ContainsKey(id)))
        {
            LogGone(logger, gone.Metadata.Namespace, gone.Metadata.Name, location.Metadata.Name);
            _ = await client.DeleteAsync<Backup>(gone.Metadata.Namespace!, gone.Metadata.Name, new DeleteOptions { Uid = gone.Metadata.Uid }, cancellationToken);
        }
    }

    private async Task<List<Backup>> KnownAsync(BackupStorageLocation location, CancellationToken cancellationToken)
    {
        var backups = await lookups.AllBackupsAsync(cancellationToken);
        return backups.FindAll(b => b.Spec.StorageLocation == location.Metadata.Name);
    }

    private async Task AddAsync(OpenRepository open, BackupStorageLocation location, Snapshot snapshot, CancellationToken cancellationToken)
    {
        Backup backup;
        try
        {
            backup = await ReadAsync(open, snapshot, cancellationToken);
        }
        catch (Exception e) when (e is RepositoryException or JsonException)
        {
            LogUnreadable(logger, snapshot.Id.ToString(), location.Metadata.Name, e.Message);
            return;
        }

        var status = backup.Status! with { SnapshotId = snapshot.Id.ToString() };
        var ns = backup.Metadata.Namespace is { Length: > 0 } original && await client.FindAsync(Namespaces, null, original, cancellationToken) is not null ? original : options.Namespace;
        var other = await client.FindAsync<Backup>(ns, backup.Metadata.Name, cancellationToken);
        if (other is not null && other.Metadata.Annotations?.GetValueOrDefault(Annotations.FoundSnapshot) != status.SnapshotId)
        {
            // A backup of that name that has not ended may be the very run that has just committed: its reconciler finishes it.
            if (other.Status is null || BackupReconciler.IsFinished(other.Status.Phase))
            {
                LogNameTaken(logger, snapshot.Id.ToString(), location.Metadata.Name, ns, backup.Metadata.Name);
            }

            return;
        }

        var labels = new Dictionary<string, string>(backup.Metadata.Labels ?? []) { [Labels.StorageLocation] = ShortLabel.Of(location.Metadata.Name) };
        var annotations = new Dictionary<string, string>(backup.Metadata.Annotations ?? []) { [Annotations.FoundSnapshot] = status.SnapshotId };
        if (other is null)
        {
            _ = await client.CreateAsync(
                new Backup
                {
                    Metadata = new ObjectMeta { Name = backup.Metadata.Name, Namespace = ns, Labels = labels, Annotations = annotations },
                    Spec = backup.Spec with { StorageLocation = location.Metadata.Name, Cancel = null },
                },
                cancellationToken: cancellationToken);
        }

        // Also when an earlier try was killed between the two: a status cannot be created together with its object.
        _ = await client.PatchAsync<Backup>(ns, backup.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
        LogFound(logger, ns, backup.Metadata.Name, location.Metadata.Name);
    }

    private static async Task<Backup> ReadAsync(OpenRepository open, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var reader = new SnapshotReader(open.Repository, snapshot);
        await using var file = await reader.OpenFileAsync("/backup.json", cancellationToken);
        return await JsonSerializer.DeserializeAsync<Backup>(file, KubernetesJson.Options, cancellationToken) is { Status: not null } backup
            ? backup
            : throw new JsonException("backup.json holds no finished Backup");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Found backup {Namespace}/{Name} in location {Location}")]
    private static partial void LogFound(ILogger logger, string @namespace, string name, string location);

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Namespace}/{Name} is gone from location {Location}; its object is removed")]
    private static partial void LogGone(ILogger logger, string? @namespace, string name, string location);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Snapshot {Snapshot} in location {Location} cannot be read and is not shown as a backup: {Error}")]
    private static partial void LogUnreadable(ILogger logger, string snapshot, string location, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Snapshot {Snapshot} in location {Location} is a backup called {Namespace}/{Name}, a name that another backup has here; it is not shown")]
    private static partial void LogNameTaken(ILogger logger, string snapshot, string location, string @namespace, string name);
}
