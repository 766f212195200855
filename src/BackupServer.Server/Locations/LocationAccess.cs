using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Secrets;
using BackupServer.PluginHost;
using BackupServer.PluginHost.ObjectStores;
using BackupServer.Repository;
using BackupServer.Repository.Keys;
using BackupServer.Repository.Locking;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Clusters;

namespace BackupServer.Server.Locations;

/// <summary>Opens stores and repositories of storage locations. The only place in the server that reads their credentials and passwords.</summary>
internal sealed class LocationAccess(KubernetesClient client, PluginCatalog plugins, ServerOptions options, ClusterIdentity cluster, TimeProvider time)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(5);

    /// <summary>Opens the object store of a location; the caller disposes it.</summary>
    /// <exception cref="LocationException">It cannot be opened.</exception>
    public async Task<IObjectStore> OpenStoreAsync(BackupStorageLocation location, CancellationToken cancellationToken)
    {
        try
        {
            var credential = await CredentialAsync(location, cancellationToken);
            return await plugins.OpenLocationAsync(location.Metadata.Name, location.Spec, credential, cancellationToken);
        }
        catch (Exception e) when (e is ObjectStoreException or PluginNotFoundException)
        {
            throw new LocationException($"location {location.Metadata.Name} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Says everything that is wrong with a location's settings, without connecting.</summary>
    public async Task<IReadOnlyList<string>> ValidateAsync(BackupStorageLocation location, CancellationToken cancellationToken)
    {
        try
        {
            var credential = await CredentialAsync(location, cancellationToken);
            return plugins.ObjectStore(location.Spec.Provider).Validate(StorageLocations.ConfigurationOf(location.Spec, credential));
        }
        catch (Exception e) when (e is PluginNotFoundException or LocationException)
        {
            return [e is PluginNotFoundException ? $"spec.provider: {e.Message}" : e.Message];
        }
    }

    /// <summary>The password of a location's repositories; null when there is none yet.</summary>
    public async Task<string?> FindPasswordAsync(BackupStorageLocation location, CancellationToken cancellationToken)
    {
        var bytes = await client.FindKeyAsync(options.Namespace, RepositoryPasswords.SecretOf(location), cancellationToken);
        return bytes is null ? null : Encoding.UTF8.GetString(bytes).TrimEnd('\n', '\r');
    }

    /// <summary>Opens one repository of a location; it is never made here.</summary>
    /// <exception cref="LocationException">It is not there, or the password is missing or wrong.</exception>
    /// <exception cref="RepositoryException">It is damaged or cannot be reached.</exception>
    public async Task<OpenRepository> OpenRepositoryAsync(BackupStorageLocation location, string path, CancellationToken cancellationToken)
    {
        var password = await FindPasswordAsync(location, cancellationToken) ?? throw MissingPassword(location);
        var store = await OpenStoreAsync(location, cancellationToken);
        try
        {
            var backend = new ObjectStoreBackend(store, path);
            return new OpenRepository(store, await OpenAsync(location, path, backend, password, cancellationToken));
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether there is a repository.</summary>
    /// <exception cref="LocationException">The location cannot be opened.</exception>
    public async Task<bool> HasRepositoryAsync(BackupStorageLocation location, string path, CancellationToken cancellationToken)
    {
        await using var store = await OpenStoreAsync(location, cancellationToken);
        return await new ObjectStoreBackend(store, path).SizeAsync("config", cancellationToken) is not null;
    }

    /// <summary>
    /// Opens a repository for a run, with the format's shared lock, so that nobody prunes meanwhile. Only a leader runs anything, so the lock of another server of this
    /// cluster is a dead one's and is removed. A read-only location is not locked: nothing can be written there.
    /// </summary>
    /// <exception cref="LocationException">The password is missing.</exception>
    /// <exception cref="RepositoryException">As <see cref="OpenRepositoryAsync"/>; Locked when somebody else works on it exclusively.</exception>
    public Task<OpenRepository> OpenForRunAsync(BackupStorageLocation location, string path, CancellationToken cancellationToken) =>
        OpenLockedAsync(location, path, LockMode.Shared, LockPatience, cancellationToken);

    /// <summary>
    /// As <see cref="OpenForRunAsync"/>, with the lock and the patience that are wanted: forgetting snapshots takes the exclusive lock in this format. A lock that was not
    /// written anew for as long as the format allows is a dead process's, whoever it was.
    /// </summary>
    public async Task<OpenRepository> OpenLockedAsync(
        BackupStorageLocation location, string path, LockMode mode, TimeSpan patience, CancellationToken cancellationToken)
    {
        var open = await OpenRepositoryAsync(location, path, cancellationToken);
        if (location.Spec.AccessMode == AccessMode.ReadOnly)
        {
            return open;
        }

        try
        {
            var ours = $"{await cluster.UidAsync(cancellationToken)}/";
            var choices = new LockOptions { WaitFor = patience };
            choices = choices with
            {
                IsOwnerDead = held => (held.HostName.StartsWith(ours, StringComparison.Ordinal) && held.HostName != ours + options.Identity)
                    || time.GetUtcNow() - held.Time > choices.StaleAfter,
            };
            open.Lock = await RepositoryLock.AcquireAsync(open.Repository, mode, choices, cancellationToken);
            return open;
        }
        catch
        {
            await open.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a repository, or makes it where there is none and none is known to have been.</summary>
    /// <param name="location">The location.</param>
    /// <param name="path">Path of the repository below its prefix.</param>
    /// <param name="knownId">Id it is known to have; null when it was never seen. With an id, a missing repository is an error.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Its id; null when there is none and the location is read-only.</returns>
    public async Task<string?> EnsureRepositoryAsync(BackupStorageLocation location, string path, string? knownId, CancellationToken cancellationToken)
    {
        await using var store = await OpenStoreAsync(location, cancellationToken);
        var backend = new ObjectStoreBackend(store, path);
        var exists = await backend.SizeAsync("config", cancellationToken) is not null;
        if (!exists && knownId is not null)
        {
            throw new LocationException(
                $"BackupStorageLocation {location.Metadata.Name} had the repository {path} (id {knownId[..8]}) and {backend.Location} shows none now. Check bucket, prefix and mounts. " +
                "It is not made anew, because that would hide the loss; if the loss is meant, delete the location object and create it again.");
        }

        if (!exists && location.Spec.AccessMode == AccessMode.ReadOnly)
        {
            return null;
        }

        var password = await FindPasswordAsync(location, cancellationToken);
        if (password is null)
        {
            password = exists || location.Spec.PasswordSecret is not null ? throw MissingPassword(location) : await GeneratePasswordAsync(location, cancellationToken);
        }

        await using var repository = exists ? await OpenAsync(location, path, backend, password, cancellationToken) : await InitAsync(backend, password, cancellationToken);
        return knownId is null || knownId == repository.Id.ToString()
            ? repository.Id.ToString()
            : throw new LocationException(
                $"location {location.Metadata.Name} had the repository {path} with id {knownId[..8]} and now shows another one, {repository.Id.ToString()[..8]}. Check bucket and prefix.");
    }

    private async Task<Repository.Repository> InitAsync(ObjectStoreBackend backend, string password, CancellationToken cancellationToken) =>
        await Repository.Repository.InitAsync(backend, password, await RepositoryOptionsAsync(cancellationToken), time, cancellationToken);

    private async Task<Repository.Repository> OpenAsync(
        BackupStorageLocation location, string path, ObjectStoreBackend backend, string password, CancellationToken cancellationToken)
    {
        try
        {
            return await Repository.Repository.OpenAsync(backend, password, await RepositoryOptionsAsync(cancellationToken), time, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.NotFound or RepositoryErrorKind.WrongPassword)
        {
            throw new LocationException(WhyNotOpen(location, path, backend.Location, e.Kind), e);
        }
    }

    // The library's own words are for people with a path and a password in hand; here it is a location and a Secret that must be put right.
    private string WhyNotOpen(BackupStorageLocation location, string path, string place, RepositoryErrorKind kind)
    {
        var secret = RepositoryPasswords.SecretOf(location);
        return kind == RepositoryErrorKind.NotFound
            ? $"BackupStorageLocation {location.Metadata.Name} has no repository {path} ({place} shows none). Check its bucket, prefix and mounts, and bring the repository back from a copy if it was deleted; it is never made anew where one has been."
            : $"the repository {path} of BackupStorageLocation {location.Metadata.Name} ({place}) does not open with the password in Secret {options.Namespace}/{secret.Name}, key \"{secret.Key}\". "
                + "Put the password there that the repository was made with, or name another Secret in spec.passwordSecret.";
    }

    /// <summary>
    /// A generated password has 256 bits of its own, so a slow key derivation would protect nothing. Host names of locks tell our own servers from all others, by the
    /// cluster's unique id: clusters that share a location may have the same name.
    /// </summary>
    private async Task<RepositoryOptions> RepositoryOptionsAsync(CancellationToken cancellationToken) =>
        new() { Scrypt = ScryptParameters.MachineSecret, HostName = $"{await cluster.UidAsync(cancellationToken)}/{options.Identity}" };

    private async Task<string> GeneratePasswordAsync(BackupStorageLocation location, CancellationToken cancellationToken)
    {
        var reference = RepositoryPasswords.SecretOf(location);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var secret = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject
            {
                ["name"] = reference.Name,
                ["namespace"] = options.Namespace,
                ["labels"] = new JsonObject { [Labels.StorageLocation] = location.Metadata.Name, [Labels.ExcludeFromBackup] = "true" },
            },
            ["type"] = "Opaque",
            ["data"] = new JsonObject { [reference.Key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(password)) },
        };
        try
        {
            _ = await client.CreateAsync(SecretKeys.Resource, options.Namespace, RawObject.From(secret).Utf8, cancellationToken: cancellationToken);
            return password;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // Another server was faster, or the Secret lacks its key: its word counts, never ours.
            return await FindPasswordAsync(location, cancellationToken) ?? throw MissingPassword(location);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> CredentialAsync(BackupStorageLocation location, CancellationToken cancellationToken)
    {
        if (location.Spec.Credential is not { } reference)
        {
            return null;
        }

        return await client.FindKeyAsync(options.Namespace, reference, cancellationToken) is { } bytes
            ? bytes
            : throw new LocationException($"spec.credential: Secret {options.Namespace}/{reference.Name} has no key \"{reference.Key}\", or does not exist");
    }

    private LocationException MissingPassword(BackupStorageLocation location)
    {
        var reference = RepositoryPasswords.SecretOf(location);
        return new LocationException(
            $"location {location.Metadata.Name} holds repositories, but Secret {options.Namespace}/{reference.Name} with key \"{reference.Key}\" is missing. " +
            "Create it with the password of these repositories, or name another with spec.passwordSecret.");
    }
}
