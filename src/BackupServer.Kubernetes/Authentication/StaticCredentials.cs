namespace BackupServer.Kubernetes.Authentication;

/// <summary>A credential that never changes: token, user and password, or certificate.</summary>
public sealed class StaticCredentials(Credential credential, string description) : ICredentialSource
{
    /// <inheritdoc/>
    public string Description { get; } = description;

    /// <summary>A fixed bearer token.</summary>
    public static StaticCredentials FromToken(string token) => new(Credential.Bearer(token), "a bearer token given explicitly");

    /// <inheritdoc/>
    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);

    /// <inheritdoc/>
    public ValueTask<Credential> RenewAsync(Credential refused, CancellationToken cancellationToken) => new(refused);
}
