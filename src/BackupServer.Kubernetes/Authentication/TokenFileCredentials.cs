using System.Diagnostics.CodeAnalysis;

namespace BackupServer.Kubernetes.Authentication;

/// <summary>
/// A bearer token in a file that somebody else renews, such as the kubelet for a ServiceAccount: read again every minute and
/// after a refusal. The last token that could be read stays in use while the file is gone.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never taken holds nothing to dispose.")]
internal sealed class TokenFileCredentials(
    string file, string? fallbackToken, ClientCertificate? certificate, string description, TimeProvider time) : ICredentialSource
{
    /// <summary>As client-go does; the kubelet renews a token at 80 % of its life, which is at least ten minutes.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1);
    private Credential? _current;
    private DateTimeOffset _readAt;

    public string Description => description;

    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        return current is not null && time.GetUtcNow() - _readAt < ReadAgainAfter
            ? current
            : await ReadAsync(refused: null, cancellationToken);
    }

    public async ValueTask<Credential> RenewAsync(Credential refused, CancellationToken cancellationToken) =>
        await ReadAsync(refused, cancellationToken);

    private async ValueTask<Credential> ReadAsync(Credential? refused, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (refused is not null && _current is not null && !ReferenceEquals(_current, refused))
            {
                return _current;
            }

            var token = await ReadTokenAsync(cancellationToken);
            _readAt = time.GetUtcNow();
            if (_current?.Authorization?.Parameter != token)
            {
                _current = Credential.Bearer(token, certificate);
            }

            return _current!;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string> ReadTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
            if (token.Length > 0)
            {
                return token;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LastToken ?? throw new CredentialException($"The token file {file} ({description}) cannot be read: {e.Message}", e);
        }

        return LastToken ?? throw new CredentialException($"The token file {file} ({description}) is empty.");
    }

    private string? LastToken => _current?.Authorization?.Parameter ?? fallbackToken;
}
