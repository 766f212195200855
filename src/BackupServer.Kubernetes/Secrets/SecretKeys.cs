using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;

namespace BackupServer.Kubernetes.Secrets;

/// <summary>Reads single keys of Secrets.</summary>
public static class SecretKeys
{
    /// <summary>Where Secrets are served.</summary>
    public static GroupVersionResource Resource { get; } = new("", "v1", "secrets");

    /// <summary>The bytes under a key; null when the Secret or the key is not there.</summary>
    /// <exception cref="Errors.KubernetesException">The Secret may not be read, or the server does not answer.</exception>
    public static async Task<byte[]?> FindKeyAsync(this KubernetesClient client, string ns, SecretKeyReference reference, CancellationToken cancellationToken)
    {
        var secret = await client.FindAsync(Resource, ns, reference.Name, cancellationToken);
        return (string?)secret?.ToNode()["data"]?[reference.Key] is { } base64 ? Convert.FromBase64String(base64) : null;
    }
}
