using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BackupServer.Kubernetes.Configuration;

/// <summary>Certificates and keys that a kubeconfig gives as base64 data or as a file. Data wins over a file, as in kubectl.</summary>
internal static class PemFiles
{
    /// <summary>Text of <c>field-data</c> or of the file that <c>field</c> names; null when neither is set.</summary>
    public static string? Read(KubeconfigNode node, string field)
    {
        if (node.Optional($"{field}-data") is { } data)
        {
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException e)
            {
                throw node.Wrong($"{field}-data", "is not base64", e);
            }
        }

        return node.Optional(field) is { } path ? ReadFile(node, field, path) : null;
    }

    /// <summary>Text of a file named relative to the kubeconfig.</summary>
    public static string ReadFile(KubeconfigNode node, string field, string path)
    {
        var full = Resolve(node, path);
        try
        {
            return File.ReadAllText(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw node.Wrong(field, $"names {full}, which cannot be read: {e.Message}", e);
        }
    }

    public static string Resolve(KubeconfigNode node, string path) =>
        Path.GetFullPath(path, Path.GetDirectoryName(node.File) ?? "/");

    public static X509Certificate2Collection Authorities(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("there is no CERTIFICATE block in it");
    }

    /// <summary>The client's certificate with its key (EC or RSA; PKCS#8, PKCS#1 or SEC 1), and the intermediates after it.</summary>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) ClientCertificate(string certificatePem, string keyPem)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificatePem);
        return (X509Certificate2.CreateFromPem(certificatePem, keyPem), chain);
    }
}
