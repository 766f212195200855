using System.Net.Http.Headers;
using System.Text;

namespace BackupServer.Kubernetes.Authentication;

/// <summary>What proves who we are: an Authorization header, a client certificate, both or neither.</summary>
/// <param name="Authorization">Header to send, or null.</param>
/// <param name="Certificate">Certificate to present in the TLS handshake, or null.</param>
public sealed record Credential(AuthenticationHeaderValue? Authorization, ClientCertificate? Certificate)
{
    /// <summary>No proof at all.</summary>
    public static Credential None { get; } = new(null, null);

    internal static Credential Bearer(string token, ClientCertificate? certificate = null) =>
        new(new AuthenticationHeaderValue("Bearer", token.Trim()), certificate);

    internal static Credential Basic(string user, string password, ClientCertificate? certificate = null) =>
        new(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))), certificate);

    /// <inheritdoc/>
    public override string ToString() => $"Authorization {Authorization?.Scheme ?? "none"}, certificate {Certificate?.Subject ?? "none"}";
}
