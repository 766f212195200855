using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using BackupServer.Kubernetes.Configuration;

namespace BackupServer.Kubernetes.Authentication;

/// <summary>A client's certificate, its key, and the intermediates that are sent with it.</summary>
public sealed class ClientCertificate
{
    private ClientCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        Subject = certificate.Subject;
        NotAfter = certificate.NotAfter.ToUniversalTime();
        Thumbprint = certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);
        Context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>Distinguished name.</summary>
    public string Subject { get; }

    /// <summary>Last moment of validity, UTC.</summary>
    public DateTime NotAfter { get; }

    internal string Thumbprint { get; }

    internal SslStreamCertificateContext Context { get; }

    internal static ClientCertificate FromPem(string certificatePem, string keyPem)
    {
        var (certificate, chain) = PemFiles.ClientCertificate(certificatePem, keyPem);
        return new ClientCertificate(certificate, chain);
    }
}
