using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Selecting;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Discovery;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using DiscoveryFailure = BackupServer.Engine.Clusters.DiscoveryFailure;

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

    /// <summary>
    /// What the cluster serves, for checking names of kinds; null when none is named. The cluster is asked anew only when what is remembered
    /// lacks a name: its definition may be young.
    /// </summary>
    /// <exception cref="KubernetesException">The cluster could not be asked.</exception>
    public async Task<ApiCatalog?> KindsAsync(IReadOnlyList<string>? included, IReadOnlyList<string>? excluded, CancellationToken cancellationToken)
    {
        string[] names = [.. included ?? [], .. excluded ?? []];
        if (names.All(name => name == "*"))
        {
            return null;
        }

        var known = Catalog(await client.Discovery.DiscoverAsync(refresh: false, cancellationToken));
        return names.Any(name => KindNames.Resolve(name, known).Count == 0) ? Catalog(await client.Discovery.DiscoverAsync(refresh: true, cancellationToken)) : known;
    }

    private static ApiCatalog Catalog(DiscoveryResult result) =>
        new(result.Resources, [.. result.Failures.Select(failure => new DiscoveryFailure(failure.GroupVersion, failure.Reason))]);

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
