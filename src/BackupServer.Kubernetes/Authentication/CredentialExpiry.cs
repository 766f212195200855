using System.Buffers.Text;
using System.Text.Json;

namespace BackupServer.Kubernetes.Authentication;

/// <summary>Finds out whether a refused credential is simply too old, so that the error can say so.</summary>
internal static class CredentialExpiry
{
    /// <summary>A sentence about an expired token or certificate; null when neither is known to have expired.</summary>
    public static string? Describe(Credential? credential, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (credential?.Certificate is { } certificate && certificate.NotAfter < now)
        {
            return $"The client certificate {certificate.Subject} expired at {certificate.NotAfter:u}. Get a new kubeconfig.";
        }

        return TokenExpiry(credential?.Authorization?.Parameter) is { } expiry && expiry < now
            ? $"The token expired at {expiry:u}. Log in again."
            : null;
    }

    /// <summary>The claim <c>exp</c> of a JSON Web Token; null for tokens of other forms. The signature is the server's business.</summary>
    private static DateTimeOffset? TokenExpiry(string? token)
    {
        var parts = token?.Split('.');
        if (parts is not { Length: 3 } || !Base64Url.IsValid(parts[1]))
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("exp", out var exp) && exp.TryGetInt64(out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
        }
        catch (JsonException)
        {
            // Opaque tokens may look like one; no hint then.
            return null;
        }
    }
}
