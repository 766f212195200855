using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BackupServer.Kubernetes.Authentication;

namespace BackupServer.Kubernetes.Configuration;

/// <summary>Turns one context of a kubeconfig into a configuration.</summary>
internal sealed class KubeconfigReader(Kubeconfig kubeconfig, TimeProvider time)
{
    public KubernetesClientConfiguration Read(string? contextName)
    {
        var context = kubeconfig.Context(contextName);
        var cluster = kubeconfig.Cluster(context);
        var user = kubeconfig.User(context);
        return new KubernetesClientConfiguration
        {
            Server = Server(cluster),
            Source = $"{context.Place} in {context.File}",
            Context = string.IsNullOrEmpty(contextName) ? kubeconfig.CurrentContext : contextName,
            Namespace = context.Optional("namespace") ?? "default",
            Trust = Trust(cluster),
            Proxy = Proxy(cluster),
            Credentials = user is null ? AnonymousCredentials.Instance : Credentials(user, cluster),
            Impersonation = user is null ? null : ReadImpersonation(user),
        };
    }

    private static Uri Server(KubeconfigNode cluster)
    {
        var text = cluster.Optional("server") ?? throw cluster.Wrong("server", "is missing");
        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(withScheme, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri
            : throw cluster.Wrong("server", $"must be an http or https address, not \"{text}\"");
    }

    private static ServerTrust Trust(KubeconfigNode cluster)
    {
        var skip = cluster.Flag("insecure-skip-tls-verify");
        var pem = PemFiles.Read(cluster, "certificate-authority");
        if (skip && pem is not null)
        {
            throw cluster.Wrong("insecure-skip-tls-verify", "and certificate-authority exclude each other: remove one");
        }

        try
        {
            return new ServerTrust
            {
                SkipVerification = skip,
                ServerName = cluster.Optional("tls-server-name"),
                Authorities = pem is null ? null : PemFiles.Authorities(pem),
            };
        }
        catch (CryptographicException e)
        {
            var field = cluster.Optional("certificate-authority-data") is null ? "certificate-authority" : "certificate-authority-data";
            throw cluster.Wrong(field, $"holds no usable certificate: {e.Message}", e);
        }
    }

    private static Uri? Proxy(KubeconfigNode cluster)
    {
        if (cluster.Optional("proxy-url") is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5"
            ? uri
            : throw cluster.Wrong("proxy-url", $"must be an http, https or socks5 address, not \"{text}\"");
    }

    private ICredentialSource Credentials(KubeconfigNode user, KubeconfigNode cluster)
    {
        var description = $"{user.Place} in {user.File}";
        if (user.Mapping("auth-provider") is { } provider)
        {
            throw user.Wrong("auth-provider", $"\"{provider.Text("name")}\" was removed from Kubernetes in 1.26; use an exec plugin instead");
        }

        var exec = user.Mapping("exec");
        if (exec is not null && user.Optional("token") is null && user.Optional("tokenFile") is null)
        {
            return new ExecCredentials(ExecPlugin.Read(exec, ClusterInfo(cluster, exec)), description, time);
        }

        var certificate = Certificate(user);
        if (user.Optional("tokenFile") is { } tokenFile)
        {
            return new TokenFileCredentials(PemFiles.Resolve(user, tokenFile), user.Optional("token"), certificate, description, time);
        }

        if (user.Optional("token") is { } token)
        {
            return new StaticCredentials(Credential.Bearer(token, certificate), description);
        }

        return user.Optional("username") is { } name
            ? new StaticCredentials(Credential.Basic(name, user.Text("password"), certificate), description)
            : new StaticCredentials(new Credential(null, certificate), description);
    }

    private static ClientCertificate? Certificate(KubeconfigNode user)
    {
        var certificate = PemFiles.Read(user, "client-certificate");
        var key = PemFiles.Read(user, "client-key");
        if (certificate is null && key is null)
        {
            return null;
        }

        if (certificate is null || key is null)
        {
            throw certificate is null
                ? user.Wrong("client-certificate", "is missing, but client-key is set")
                : user.Wrong("client-key", "is missing, but client-certificate is set");
        }

        try
        {
            return ClientCertificate.FromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw user.Wrong("client-certificate", $"and client-key cannot be used together: {e.Message}", e);
        }
    }

    private static Impersonation? ReadImpersonation(KubeconfigNode user)
    {
        if (user.Optional("as") is not { } name)
        {
            return null;
        }

        var extra = user.TextLists("as-user-extra").ToDictionary(pair => pair.Key, pair => Single(user, $"as-user-extra.{pair.Key}", pair.Value));
        return new Impersonation(name, user.Text("as-uid"), Single(user, "as-groups", user.Texts("as-groups")), extra);
    }

    /// <summary>Rather refused than sent wrongly: see <see cref="Impersonation"/>.</summary>
    private static string Single(KubeconfigNode user, string field, IReadOnlyList<string> values) => values.Count > 1
        ? throw user.Wrong(field, "names several values, and this program can send only one")
        : values.FirstOrDefault("");

    /// <summary>The cluster as an exec plugin may see it (client.authentication.k8s.io, <c>spec.cluster</c>).</summary>
    private static JsonObject? ClusterInfo(KubeconfigNode cluster, KubeconfigNode exec)
    {
        if (!exec.Flag("provideClusterInfo"))
        {
            return null;
        }

        var info = new JsonObject { ["server"] = cluster.Text("server") };
        if (cluster.Optional("tls-server-name") is { } name)
        {
            info["tls-server-name"] = name;
        }

        if (cluster.Flag("insecure-skip-tls-verify"))
        {
            info["insecure-skip-tls-verify"] = true;
        }

        if (PemFiles.Read(cluster, "certificate-authority") is { } pem)
        {
            info["certificate-authority-data"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
        }

        if (cluster.Optional("proxy-url") is { } proxy)
        {
            info["proxy-url"] = proxy;
        }

        return info;
    }
}
