namespace BackupServer.Kubernetes.Authentication;

/// <summary>Where the credentials of each request come from. Safe for concurrent use.</summary>
public interface ICredentialSource
{
    /// <summary>Whose credentials these are, for messages: <c>user "a" in /home/u/.kube/config</c>.</summary>
    string Description { get; }

    /// <summary>The credential to send now. Cheap unless it has to be renewed.</summary>
    /// <exception cref="CredentialException">None could be had.</exception>
    ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The credential after the server refused <paramref name="refused"/> with 401: a new one, or the same
    /// when there is no other, in which case the refusal stands.
    /// </summary>
    ValueTask<Credential> RenewAsync(Credential refused, CancellationToken cancellationToken);
}
