namespace BackupServer.Kubernetes.Authentication;

/// <summary>No credentials: the server sees <c>system:anonymous</c>.</summary>
public sealed class AnonymousCredentials : ICredentialSource
{
    private AnonymousCredentials()
    {
    }

    /// <summary>The only instance.</summary>
    public static AnonymousCredentials Instance { get; } = new();

    /// <inheritdoc/>
    public string Description => "nobody (no user is configured)";

    /// <inheritdoc/>
    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(Credential.None);

    /// <inheritdoc/>
    public ValueTask<Credential> RenewAsync(Credential refused, CancellationToken cancellationToken) => new(refused);
}
