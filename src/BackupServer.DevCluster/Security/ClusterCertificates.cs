using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BackupServer.DevCluster.Security;

/// <summary>The cluster's own authority and the server's certificate; kept in the data folder so that kubeconfigs stay valid.</summary>
internal sealed class ClusterCertificates : IDisposable
{
    private ClusterCertificates(X509Certificate2 server, string authorityPem)
    {
        Server = server;
        AuthorityPem = authorityPem;
    }

    /// <summary>Certificate with key for 127.0.0.1, localhost and the in-cluster names.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>The authority's certificate.</summary>
    public string AuthorityPem { get; }

    /// <summary>Reads both from a folder, or makes (and keeps) new ones.</summary>
    public static ClusterCertificates LoadOrCreate(string? folder, DateTimeOffset now)
    {
        var serverFile = folder is null ? null : Path.Combine(folder, "server.pfx");
        var authorityFile = folder is null ? null : Path.Combine(folder, "ca.crt");
        if (serverFile is not null && File.Exists(serverFile) && File.Exists(authorityFile))
        {
            return new ClusterCertificates(X509CertificateLoader.LoadPkcs12FromFile(serverFile, null), File.ReadAllText(authorityFile));
        }

        var created = Create(now);
        if (serverFile is not null)
        {
            Directory.CreateDirectory(folder!);
            File.WriteAllText(authorityFile!, created.AuthorityPem);
            using var stream = new FileStream(serverFile, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            stream.Write(created.Server.Export(X509ContentType.Pkcs12));
        }

        return created;
    }

    /// <inheritdoc/>
    public void Dispose() => Server.Dispose();

    private static ClusterCertificates Create(DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=devcluster-ca", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=devcluster-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.Parse("10.96.0.1"));
        foreach (var name in new[] { "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local" })
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        Span<byte> serial = stackalloc byte[12];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7f;
        using var signed = request.Create(authority, now.AddDays(-1), now.AddYears(10).AddDays(-1), serial);
        using var withKey = signed.CopyWithPrivateKey(key);
        var server = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        return new ClusterCertificates(server, authority.ExportCertificatePem() + "\n");
    }
}
