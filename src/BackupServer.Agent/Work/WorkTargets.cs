using System.Text;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Secrets;
using BackupServer.PluginHost;
using BackupServer.PluginHost.ObjectStores;

namespace BackupServer.Agent.Work;

/// <summary>Opens the repositories that work units name. The only place in the agent that reads credentials and passwords.</summary>
internal sealed class WorkTargets(KubernetesClient client, PluginCatalog plugins, AgentOptions options)
{
    /// <summary>Opens the store of a location for one repository in it. Repositories are made by the server alone.</summary>
    /// <exception cref="WorkException">The location cannot be used; the message says why.</exception>
    public async Task<WorkTarget> OpenAsync(string locationName, string repositoryPath, CancellationToken cancellationToken)
    {
        var location = await client.FindAsync<BackupStorageLocation>(options.Namespace, locationName, cancellationToken)
            ?? throw new WorkException($"there is no BackupStorageLocation {options.Namespace}/{locationName} any more");
        var secret = RepositoryPasswords.SecretOf(location);
        var password = await KeyAsync(secret, "the repositories' password", cancellationToken);
        ReadOnlyMemory<byte>? credential = location.Spec.Credential is { } reference
            ? await KeyAsync(reference, "the location's credential", cancellationToken)
            : default(ReadOnlyMemory<byte>?);
        try
        {
            var store = await plugins.OpenLocationAsync(location.Metadata.Name, location.Spec, credential, cancellationToken);
            return new WorkTarget(store, new RepositoryAccess
            {
                Store = store,
                Path = repositoryPath,
                Password = Encoding.UTF8.GetString(password).TrimEnd('\n', '\r'),
                StorageLocation = locationName,
                PasswordSource = $"Secret {options.Namespace}/{secret.Name}, key \"{secret.Key}\"",
            });
        }
        catch (Exception e) when (e is ObjectStoreException or PluginNotFoundException)
        {
            throw new WorkException($"location {locationName} cannot be opened on node {options.Node}: {e.Message}", e);
        }
    }

    private async Task<byte[]> KeyAsync(SecretKeyReference reference, string what, CancellationToken cancellationToken) =>
        await client.FindKeyAsync(options.Namespace, reference, cancellationToken)
        ?? throw new WorkException($"Secret {options.Namespace}/{reference.Name} with key \"{reference.Key}\" ({what}) is missing");
}
