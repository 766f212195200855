using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Server.Locations;
using BackupServer.Server.Reconcilers;
using BackupServer.Server.Tests.Locations;
using BackupServer.Tests.Clusters;

namespace BackupServer.Server.Tests.Reconcilers;

public sealed class BackupStorageLocationReconcilerTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Location_is_tried_and_says_so()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateLocationAsync();

        var status = await ReconcileAsync(parts, location, new LocationSuspicions());

        Assert.Equal(BackupStorageLocationPhase.Available, status.Phase);
        Assert.Matches("^[0-9a-f]{64}$", status.RepositoryId);
        Assert.NotNull(status.LastSyncedTime);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(parts.Directory, "repositories", ".probe"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Location_on_which_a_run_failed_is_tried_again_at_once()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateLocationAsync(spec => spec.ValidationFrequency = TimeSpan.FromHours(1));
        var suspicions = new LocationSuspicions();
        string? raised = null;
        suspicions.Raised = name => raised = name;
        _ = await ReconcileAsync(parts, location, suspicions);
        Directory.Delete(Path.Combine(parts.Directory, "repositories"), recursive: true);
        var unsuspected = await ReconcileAsync(parts, location, suspicions);

        suspicions.Raise(location.Metadata.Name);
        var suspected = await ReconcileAsync(parts, location, suspicions);

        Assert.Equal(BackupStorageLocationPhase.Available, unsuspected.Phase);
        Assert.Equal(location.Metadata.Name, raised);
        Assert.Equal(BackupStorageLocationPhase.Unavailable, suspected.Phase);
        Assert.Contains("shows none now", suspected.Message);
    }

    [Fact]
    public async Task Location_that_cannot_be_written_is_unavailable_and_says_what_was_tried()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateLocationAsync();
        await File.WriteAllTextAsync(Path.Combine(parts.Directory, "repositories"), "a file where a directory should be", ServerParts.Ct);

        var status = await ReconcileAsync(parts, location, new LocationSuspicions());

        Assert.Equal(BackupStorageLocationPhase.Unavailable, status.Phase);
        Assert.Contains(".probe", status.Message);
    }

    private static async Task<BackupStorageLocationStatus> ReconcileAsync(ServerParts parts, BackupStorageLocation location, LocationSuspicions suspicions)
    {
        var reconciler = new BackupStorageLocationReconciler(parts.Client, parts.Options, parts.Access, parts.Sync, suspicions, TimeProvider.System);
        _ = await reconciler.ReconcileAsync(new ObjectName(parts.Options.Namespace, location.Metadata.Name), ServerParts.Ct);
        return (await parts.Client.GetAsync<BackupStorageLocation>(parts.Options.Namespace, location.Metadata.Name, ServerParts.Ct)).Status!;
    }
}
