using System.Diagnostics.CodeAnalysis;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.BackupRepositories;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Writes;
using BackupServer.Repository;
using BackupServer.Server.Locations;
using BackupServer.Server.Reconcilers;

namespace BackupServer.Server.Volumes;

/// <summary>Makes and remembers the repositories of volumes. The only writer of BackupRepository objects.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never taken holds nothing to dispose.")]
internal sealed class BackupRepositories(KubernetesClient client, ServerOptions options, LocationAccess locations)
{
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Makes sure that a repository exists. One that was there and is gone is an error, written to its object.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> EnsureAsync(string locationName, string path, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var location = await client.GetAsync<BackupStorageLocation>(options.Namespace, locationName, cancellationToken);
            var known = await GetOrCreateAsync(locationName, path, cancellationToken);
            return await EnsureAsync(location, known, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<string> EnsureAsync(BackupStorageLocation location, BackupRepository known, CancellationToken cancellationToken)
    {
        try
        {
            var id = await locations.EnsureRepositoryAsync(location, known.Spec.Path, known.Status?.RepositoryId, cancellationToken)
                ?? throw new LocationException($"location {location.Metadata.Name} is read-only and has no repository {known.Spec.Path}");
            await WriteAsync(known, new BackupRepositoryStatus { Phase = BackupRepositoryPhase.Ready, RepositoryId = id, Message = "" }, cancellationToken);
            return id;
        }
        catch (Exception e) when (e is LocationException or RepositoryException or ObjectStoreException)
        {
            await WriteAsync(known, new BackupRepositoryStatus { Phase = BackupRepositoryPhase.NotReady, RepositoryId = known.Status?.RepositoryId, Message = e.Message }, cancellationToken);
            throw;
        }
    }

    private async Task<BackupRepository> GetOrCreateAsync(string location, string path, CancellationToken cancellationToken)
    {
        var name = VolumeWorkNames.Of(location, location, path);
        var wanted = new BackupRepository
        {
            Metadata = new ObjectMeta { Name = name, Namespace = options.Namespace, Labels = new Dictionary<string, string> { [Labels.StorageLocation] = ShortLabel.Of(location) } },
            Spec = new BackupRepositorySpec { StorageLocation = location, Path = path },
        };
        try
        {
            return await client.FindAsync<BackupRepository>(options.Namespace, name, cancellationToken)
                ?? await client.CreateAsync(wanted, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return await client.GetAsync<BackupRepository>(options.Namespace, name, cancellationToken);
        }
    }

    private async Task WriteAsync(BackupRepository known, BackupRepositoryStatus status, CancellationToken cancellationToken)
    {
        if (known.Status == status)
        {
            return;
        }

        _ = await client.PatchAsync<BackupRepository>(options.Namespace, known.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
    }
}
