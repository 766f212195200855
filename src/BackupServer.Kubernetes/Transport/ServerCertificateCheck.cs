using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BackupServer.Kubernetes.Configuration;

namespace BackupServer.Kubernetes.Transport;

/// <summary>
/// Judges the API server's certificate. With own authorities only those count, whether they are self-signed or
/// intermediates (as Go's TLS treats a bundle). A refusal is thrown, because its text tells the user what to repair.
/// </summary>
internal sealed class ServerCertificateCheck(KubernetesClientConfiguration configuration)
{
    private readonly ServerTrust _trust = configuration.Trust;
    private X509Certificate2Collection? _reread;

    public X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (_trust.Authorities is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || _trust.SkipVerification)
        {
            return true;
        }

        if (certificate is not X509Certificate2 leaf || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && !IsAnchored(chain, leaf))
        {
            throw new AuthenticationException(
                $"The certificate of {configuration.Server} ({leaf.Subject}) is not trusted: {Problems(chain, leaf)}. "
                + $"Check certificate-authority of {configuration.Source}.");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            throw new AuthenticationException(
                $"The certificate of {configuration.Server} is for {Names(leaf)}, not for {_trust.ServerName ?? configuration.Server.Host}. "
                + $"Set tls-server-name in {configuration.Source} if that is the server you mean.");
        }

        return true;
    }

    private bool IsAnchored(X509Chain? chain, X509Certificate2 leaf)
    {
        if (_trust.Authorities is null || chain is null)
        {
            return false;
        }

        return HasAnchor(chain, _trust.Authorities) || IsSignedByRotatedAuthority(leaf, chain);
    }

    private static bool HasAnchor(X509Chain chain, X509Certificate2Collection authorities) =>
        chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot)
        && chain.ChainElements.Any(element => authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)));

    /// <summary>The kubelet may have put a new authority beside or in place of the one read at start.</summary>
    private bool IsSignedByRotatedAuthority(X509Certificate2 leaf, X509Chain presented)
    {
        if (_trust.AuthorityFile is not { } file)
        {
            return false;
        }

        try
        {
            _reread = PemFiles.Authorities(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AuthenticationException($"The certificate of {configuration.Server} is not trusted, and {file} cannot be read again: {e.Message}", e);
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_reread);
        foreach (var element in presented.ChainElements)
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf) || HasAnchor(chain, _reread);
    }

    private static string Problems(X509Chain? chain, X509Certificate2 leaf)
    {
        var flags = chain is null ? [] : chain.ChainStatus.Select(status => status.Status).ToHashSet();
        if (flags.Contains(X509ChainStatusFlags.NotTimeValid))
        {
            return $"it is valid from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u}, or one of its issuers is out of date";
        }

        return flags.Contains(X509ChainStatusFlags.UntrustedRoot) || flags.Contains(X509ChainStatusFlags.PartialChain)
            ? $"it was signed by an unknown authority ({leaf.Issuer})"
            : string.Join(", ", flags);
    }

    private static string Names(X509Certificate2 certificate)
    {
        var san = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var names = san is null ? [] : san.EnumerateDnsNames().Concat(san.EnumerateIPAddresses().Select(ip => ip.ToString())).ToList();
        return names.Count == 0 ? certificate.Subject : string.Join(", ", names);
    }
}
