using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Writes;
using BackupServer.Repository;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Locations;

namespace BackupServer.Server.Reconcilers;

/// <summary>Tries a location at its validation frequency, makes its manifests repository at first use, and synchronises its backups. The only writer of its status.</summary>
internal sealed class BackupStorageLocationReconciler(KubernetesClient client, ServerOptions options, LocationAccess locations, BackupSync sync, LocationSuspicions suspicions, TimeProvider time)
{
    private static readonly TimeSpan DefaultFrequency = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryUnavailable = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    /// <summary>Looks at one location.</summary>
    public async Task<ReconcileResult> ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (name.Namespace != options.Namespace || await client.FindAsync<BackupStorageLocation>(name.Namespace, name.Name, cancellationToken) is not { } location)
        {
            return ReconcileResult.Done;
        }

        // 1. Try it when it is time, when its specification changed, soon again after a failure, and at once when a run failed on it.
        var now = time.GetUtcNow();
        var status = location.Status ?? new BackupStorageLocationStatus();
        if (suspicions.Take(name.Name) | now >= ValidationDue(location, status))
        {
            status = await TryAsync(location, status, cancellationToken);
            await WriteAsync(location, status, cancellationToken);
        }

        // 2. Make its backups known.
        if (status.Phase == BackupStorageLocationPhase.Available && now >= SyncDue(location, status))
        {
            await sync.SynchroniseAsync(location, cancellationToken);
            status = status with { LastSyncedTime = time.GetUtcNow() };
            await WriteAsync(location, status, cancellationToken);
        }

        // 3. Come back when the next of the two is due.
        var next = ValidationDue(location, status) < SyncDue(location, status) || status.Phase != BackupStorageLocationPhase.Available
            ? ValidationDue(location, status)
            : SyncDue(location, status);
        var wait = next - time.GetUtcNow();
        return ReconcileResult.After(wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait > Rest ? Rest : wait);
    }

    private static DateTimeOffset ValidationDue(BackupStorageLocation location, BackupStorageLocationStatus status)
    {
        var frequency = location.Spec.ValidationFrequency ?? DefaultFrequency;
        return (status.Phase, status.LastValidationTime) switch
        {
            (BackupStorageLocationPhase.New, _) or (_, null) => DateTimeOffset.MinValue,
            (_, _) when status.ObservedGeneration != location.Metadata.Generation => DateTimeOffset.MinValue,
            (BackupStorageLocationPhase.Unavailable, { } last) => last + (frequency > TimeSpan.Zero && frequency < RetryUnavailable ? frequency : RetryUnavailable),
            (_, { } last) => frequency <= TimeSpan.Zero ? DateTimeOffset.MaxValue : last + frequency,
        };
    }

    private static DateTimeOffset SyncDue(BackupStorageLocation location, BackupStorageLocationStatus status)
    {
        var period = location.Spec.BackupSyncPeriod ?? DefaultFrequency;
        return period <= TimeSpan.Zero ? DateTimeOffset.MaxValue : status.LastSyncedTime is { } last ? last + period : DateTimeOffset.MinValue;
    }

    private async Task<BackupStorageLocationStatus> TryAsync(BackupStorageLocation location, BackupStorageLocationStatus status, CancellationToken cancellationToken)
    {
        var tried = status with { LastValidationTime = time.GetUtcNow(), ObservedGeneration = location.Metadata.Generation };
        try
        {
            var problems = await locations.ValidateAsync(location, cancellationToken);
            if (problems.Count > 0)
            {
                return tried with { Phase = BackupStorageLocationPhase.Unavailable, Message = string.Join("; ", problems) };
            }

            await using (var store = await locations.OpenStoreAsync(location, cancellationToken))
            {
                await LocationProbe.TryAsync(store, location.Spec.AccessMode == AccessMode.ReadOnly, cancellationToken);
            }

            var id = await locations.EnsureRepositoryAsync(location, LocationLayout.Manifests, status.RepositoryId, cancellationToken);
            return tried with { Phase = BackupStorageLocationPhase.Available, Message = null, RepositoryId = id, PasswordSecret = RepositoryPasswords.SecretOf(location) };
        }
        catch (Exception e) when (e is LocationException or ObjectStoreException or RepositoryException)
        {
            return tried with { Phase = BackupStorageLocationPhase.Unavailable, Message = e.Message };
        }
    }

    private Task WriteAsync(BackupStorageLocation location, BackupStorageLocationStatus status, CancellationToken cancellationToken) =>
        client.PatchAsync<BackupStorageLocation>(location.Metadata.Namespace!, location.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
}
