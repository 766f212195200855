using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Repository;
using BackupServer.Repository.Locking;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Clusters;
using BackupServer.Server.Locations;
using BackupServer.Tests.Clusters;

namespace BackupServer.Server.Tests.Locations;

public sealed class LocationAccessTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Password_is_made_at_first_use_and_kept()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateLocationAsync();
        Assert.Null(await parts.Access.FindPasswordAsync(location, ServerParts.Ct));

        var id = await parts.Access.EnsureRepositoryAsync(location, LocationLayout.Manifests, null, ServerParts.Ct);
        var password = await parts.Access.FindPasswordAsync(location, ServerParts.Ct);
        var again = await parts.Access.EnsureRepositoryAsync(location, LocationLayout.Manifests, id, ServerParts.Ct);
        _ = await parts.Access.EnsureRepositoryAsync(location, LocationLayout.Restores, null, ServerParts.Ct);

        Assert.Matches("^[0-9a-f]{64}$", password);
        Assert.Equal(id, again);
        Assert.Equal(password, await parts.Access.FindPasswordAsync(location, ServerParts.Ct));
    }

    [Fact]
    public async Task Repository_that_is_gone_is_never_made_anew()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateLocationAsync();
        var id = await parts.Access.EnsureRepositoryAsync(location, LocationLayout.Manifests, null, ServerParts.Ct);
        Directory.Delete(Path.Combine(parts.Directory, "repositories"), recursive: true);

        var error = await Assert.ThrowsAsync<LocationException>(() => parts.Access.EnsureRepositoryAsync(location, LocationLayout.Manifests, id, ServerParts.Ct));

        Assert.Contains("shows none now", error.Message);
        Assert.False(Directory.Exists(Path.Combine(parts.Directory, "repositories", "manifests", "keys")));
    }

    [Fact]
    public async Task Another_repository_in_its_place_is_told_from_it()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateUsedLocationAsync(LocationLayout.Manifests);

        var error = await Assert.ThrowsAsync<LocationException>(
            () => parts.Access.EnsureRepositoryAsync(location, LocationLayout.Manifests, new string('0', 64), ServerParts.Ct));

        Assert.Contains("now shows another one", error.Message);
    }

    [Fact]
    public async Task Wrong_password_opens_nothing_and_makes_nothing()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateUsedLocationAsync(LocationLayout.Manifests);
        await parts.SetPasswordAsync(location, "guessed-word");

        var error = await Assert.ThrowsAsync<LocationException>(() => parts.Access.OpenRepositoryAsync(location, LocationLayout.Manifests, ServerParts.Ct));

        Assert.Contains($"Secret {parts.Options.Namespace}/backupserver-{location.Metadata.Name}", error.Message);
        Assert.DoesNotContain("guessed-word", error.Message);
    }

    [Fact]
    public async Task Nothing_is_made_in_a_read_only_location()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateLocationAsync(spec => spec.AccessMode = AccessMode.ReadOnly);

        var id = await parts.Access.EnsureRepositoryAsync(location, LocationLayout.Manifests, null, ServerParts.Ct);

        Assert.Null(id);
        Assert.Null(await parts.Access.FindPasswordAsync(location, ServerParts.Ct));
        Assert.Empty(Directory.EnumerateFileSystemEntries(parts.Directory));
    }

    [Fact]
    public async Task Lock_of_a_dead_server_of_this_cluster_is_removed()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateUsedLocationAsync(LocationLayout.Manifests);
        var uid = await new ClusterIdentity(cluster.Client).UidAsync(ServerParts.Ct);
        await using var dead = await parts.OpenAsAsync(location, LocationLayout.Manifests, $"{uid}/server-1");
        await using var held = await ServerParts.LockAsync(dead, LockMode.Exclusive);

        await using var open = await parts.Access.OpenForRunAsync(location, LocationLayout.Manifests, ServerParts.Ct);

        Assert.Equal(1, parts.LocksIn(LocationLayout.Manifests));
    }

    [Fact]
    public async Task Lock_of_another_cluster_that_has_the_same_name_is_left_alone()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateUsedLocationAsync(LocationLayout.Manifests);
        await using var other = await parts.OpenAsAsync(location, LocationLayout.Manifests, $"{parts.Options.ClusterName}/server-1");
        await using var held = await ServerParts.LockAsync(other, LockMode.Exclusive);

        var error = await Assert.ThrowsAsync<RepositoryException>(
            () => parts.Access.OpenLockedAsync(location, LocationLayout.Manifests, LockMode.Shared, TimeSpan.Zero, ServerParts.Ct));

        Assert.Equal(RepositoryErrorKind.Locked, error.Kind);
        Assert.Equal(1, parts.LocksIn(LocationLayout.Manifests));
    }

    [Fact]
    public async Task Settings_that_cannot_work_are_all_told_without_connecting()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var unknown = await parts.CreateLocationAsync(spec => spec.Provider = "Tape");
        var relative = await parts.CreateLocationAsync(spec => spec.ObjectStorage = new ObjectStorageSpec { Bucket = "not/absolute" });

        Assert.Contains("spec.provider: ", Assert.Single(await parts.Access.ValidateAsync(unknown, ServerParts.Ct)));
        Assert.Contains("not/absolute", Assert.Single(await parts.Access.ValidateAsync(relative, ServerParts.Ct)));
    }
}
