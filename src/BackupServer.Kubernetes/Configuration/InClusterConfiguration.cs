using System.Net;
using System.Security.Cryptography;
using BackupServer.Kubernetes.Authentication;

namespace BackupServer.Kubernetes.Configuration;

/// <summary>The ServiceAccount that the kubelet mounts into every pod.</summary>
internal static class InClusterConfiguration
{
    public const string DefaultDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    public static bool IsInCluster() =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST")) && File.Exists($"{DefaultDirectory}/token");

    public static KubernetesClientConfiguration Load(TimeProvider? time) => Load(
        DefaultDirectory,
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"),
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"),
        time ?? TimeProvider.System);

    public static KubernetesClientConfiguration Load(string directory, string? host, string? port, TimeProvider time)
    {
        if (string.IsNullOrEmpty(host))
        {
            throw new KubeconfigException("KUBERNETES_SERVICE_HOST is not set: this process does not run in a pod. Name a kubeconfig.");
        }

        var token = Path.Combine(directory, "token");
        if (!File.Exists(token))
        {
            throw new KubeconfigException(
                $"{token} is not there: the pod has no ServiceAccount token. Set automountServiceAccountToken, or name a kubeconfig.");
        }

        var authorityFile = Path.Combine(directory, "ca.crt");
        var namespaceFile = Path.Combine(directory, "namespace");
        var bracketed = IPAddress.TryParse(host, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? $"[{host}]"
            : host;
        return new KubernetesClientConfiguration
        {
            Server = new Uri($"https://{bracketed}:{(string.IsNullOrEmpty(port) ? "443" : port)}"),
            Source = $"ServiceAccount in {directory}",
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
            Trust = ReadTrust(authorityFile),
            Credentials = new TokenFileCredentials(token, null, null, $"ServiceAccount token {token}", time),
        };
    }

    private static ServerTrust ReadTrust(string authorityFile)
    {
        try
        {
            return new ServerTrust { Authorities = PemFiles.Authorities(File.ReadAllText(authorityFile)), AuthorityFile = authorityFile };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"{authorityFile} holds no usable certificate: {e.Message}", e);
        }
    }
}
