using System.Security.Cryptography.X509Certificates;

namespace BackupServer.Kubernetes.Configuration;

/// <summary>How the API server's certificate is checked.</summary>
public sealed record ServerTrust
{
    /// <summary>Trusts what the machine trusts.</summary>
    public static ServerTrust System { get; } = new();

    /// <summary>The only authorities that may have signed the certificate; null means the machine's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Re-reads <see cref="Authorities"/> when their file has changed; used inside a cluster, where the kubelet rotates it.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Accept any certificate. Only for development clusters.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>
    /// Name the certificate must bear instead of the address's host. It is also sent as SNI and in the Host header, so that
    /// it works through every proxy.
    /// </summary>
    public string? ServerName { get; init; }
}
