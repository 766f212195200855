using System.Text;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Secrets;
using BackupServer.PluginHost;
using BackupServer.PluginHost.ObjectStores;

namespace BackupServer.Cli.Locations;

/// <summary>Opens the place that a location names, from this machine, with its Secrets. What it reads from them goes nowhere else.</summary>
internal sealed class LocationOpener(Cluster cluster, PluginCatalog plugins)
{
    /// <summary>The location of a backup.</summary>
    /// <param name="cluster">Where the Backup object is.</param>
    /// <param name="backup">The backup.</param>
    /// <param name="serverNamespace">Namespace of the location; null for the backup's own, or else that of the server.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="CommandException">It is not there.</exception>
    public static async Task<BackupStorageLocation> FindAsync(Cluster cluster, Backup backup, string? serverNamespace, CancellationToken cancellationToken)
    {
        var name = backup.Spec.StorageLocation ?? throw CommandException.NotFound($"backup \"{backup.Metadata.Name}\" names no location");
        string[] namespaces = serverNamespace is null ? [cluster.Namespace, ClusterOptions.DefaultNamespace] : [serverNamespace];
        foreach (var ns in namespaces.Distinct())
        {
            if (await cluster.Client.FindAsync<BackupStorageLocation>(ns, name, cancellationToken) is { } location)
            {
                return location;
            }
        }

        throw CommandException.NotFound($"location \"{name}\" of backup \"{backup.Metadata.Name}\" is not in namespace {string.Join(" or ", namespaces.Distinct())}; say --server-namespace");
    }

    /// <summary>Opens the object store.</summary>
    /// <exception cref="ObjectStoreException">It cannot be opened from here.</exception>
    public async Task<IObjectStore> OpenStoreAsync(BackupStorageLocation location, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? credential = null;
        if (location.Spec.Credential is { } reference)
        {
            credential = await KeyAsync(location, reference, "credential", cancellationToken);
        }

        return await plugins.OpenLocationAsync(location.Metadata.Name, location.Spec, credential, cancellationToken);
    }

    /// <summary>The password of the location's repositories; null when there is none yet.</summary>
    public async Task<string?> FindPasswordAsync(BackupStorageLocation location, CancellationToken cancellationToken) =>
        await cluster.Client.FindKeyAsync(location.Metadata.Namespace!, RepositoryPasswords.SecretOf(location), cancellationToken) is { } bytes
            ? Encoding.UTF8.GetString(bytes).TrimEnd('\n', '\r')
            : null;

    /// <summary>The same where there must be one.</summary>
    public async Task<string> PasswordAsync(BackupStorageLocation location, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await KeyAsync(location, RepositoryPasswords.SecretOf(location), "password", cancellationToken)).TrimEnd('\n', '\r');

    private async Task<byte[]> KeyAsync(BackupStorageLocation location, SecretKeyReference reference, string what, CancellationToken cancellationToken) =>
        await cluster.Client.FindKeyAsync(location.Metadata.Namespace!, reference, cancellationToken)
            ?? throw new CommandException(
                $"the {what} of location {location.Metadata.Name} should be key \"{reference.Key}\" of Secret {location.Metadata.Namespace}/{reference.Name}, which is not there");
}
