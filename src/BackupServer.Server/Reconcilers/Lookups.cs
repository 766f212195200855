using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.Server.Reconcilers;

/// <summary>What reconcilers look up again and again.</summary>
internal sealed class Lookups(KubernetesClient client, ServerOptions options)
{
    /// <summary>The storage locations of the server's namespace.</summary>
    public async Task<List<BackupStorageLocation>> LocationsAsync(CancellationToken cancellationToken) =>
        await ListAsync<BackupStorageLocation>(options.Namespace, null, cancellationToken);

    /// <summary>The backups of a namespace, perhaps only those with a label.</summary>
    public Task<List<Backup>> BackupsAsync(string ns, string? labelSelector, CancellationToken cancellationToken) =>
        ListAsync<Backup>(ns, labelSelector, cancellationToken);

    /// <summary>The backups of all namespaces.</summary>
    public Task<List<Backup>> AllBackupsAsync(CancellationToken cancellationToken) => ListAsync<Backup>(null, null, cancellationToken);

    /// <summary>The names of the schedules of a namespace.</summary>
    public async Task<List<string>> ScheduleNamesAsync(string ns, CancellationToken cancellationToken) =>
        (await ListAsync<BackupSchedule>(ns, null, cancellationToken)).ConvertAll(static schedule => schedule.Metadata.Name);

    private async Task<List<T>> ListAsync<T>(string? ns, string? labelSelector, CancellationToken cancellationToken)
        where T : class, ICustomResource
    {
        var found = new List<T>();
        await foreach (var item in client.ListAsync<T>(new ListOptions { Namespace = ns, LabelSelector = labelSelector }, cancellationToken))
        {
            found.Add(item);
        }

        return found;
    }
}
