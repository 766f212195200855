using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BackupServer.Kubernetes.Tests.Servers;

/// <summary>A certificate authority made for one test.</summary>
public sealed class TestAuthority
{
    private readonly X509Certificate2 _authority;

    public TestAuthority(string name = "test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _authority = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
    }

    public string Pem => _authority.ExportCertificatePem();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A server's certificate with its key, as Kestrel takes it.</summary>
    public X509Certificate2 Server(string dnsName, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={dnsName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(dnsName, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(dnsName);
        }

        request.CertificateExtensions.Add(names.Build());
        using var signed = Sign(request, notAfter);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A client's certificate, in PEM, and a key with it.</summary>
    public (string Certificate, string Key) Client(string form, DateTimeOffset? notAfter = null)
    {
        const string subject = "O=system:masters, CN=admin";
        if (form.StartsWith("RSA", StringComparison.Ordinal))
        {
            using var rsa = RSA.Create(2048);
            using var certificate = Sign(new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), notAfter);
            return (certificate.ExportCertificatePem(), form == "RSA PKCS1" ? rsa.ExportRSAPrivateKeyPem() : rsa.ExportPkcs8PrivateKeyPem());
        }

        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Sign(new CertificateRequest(subject, ec, HashAlgorithmName.SHA256), notAfter);
        // As openssl ecparam writes it: the parameters come first.
        const string parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        return (signed.ExportCertificatePem(), form == "EC SEC1" ? parameters + ec.ExportECPrivateKeyPem() : ec.ExportPkcs8PrivateKeyPem());
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset? notAfter)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        var end = notAfter ?? Now.AddHours(12);
        var generator = X509SignatureGenerator.CreateForECDsa(_authority.GetECDsaPrivateKey()!);
        return request.Create(_authority.SubjectName, generator, end.AddHours(-20) < _authority.NotBefore ? _authority.NotBefore : end.AddHours(-20), end, RandomNumberGenerator.GetBytes(12));
    }
}
