using BackupServer.Kubernetes.Authentication;

namespace BackupServer.Kubernetes.Configuration;

/// <summary>Everything needed to talk to one API server as one user. Immutable.</summary>
public sealed record KubernetesClientConfiguration
{
    /// <summary>Address of the API server, with a path when it is served below one.</summary>
    public required Uri Server { get; init; }

    /// <summary>Where this came from, for messages: <c>context "a" in /home/u/.kube/config</c>.</summary>
    public string Source { get; init; } = "explicit configuration";

    /// <summary>Name of the kubeconfig context; empty for other sources.</summary>
    public string Context { get; init; } = "";

    /// <summary>Namespace of the context or of the pod; <c>default</c> when neither says one.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>How the server's certificate is checked.</summary>
    public ServerTrust Trust { get; init; } = ServerTrust.System;

    /// <summary>HTTP, HTTPS or SOCKS5 proxy; null means the environment's (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Who we are.</summary>
    public ICredentialSource Credentials { get; init; } = AnonymousCredentials.Instance;

    /// <summary>Whom to act as, if not as ourselves.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>
    /// The configuration a program uses when told nothing else: the named kubeconfig; else, inside a pod without
    /// <c>$KUBECONFIG</c>, the ServiceAccount; else <c>$KUBECONFIG</c> or <c>~/.kube/config</c>.
    /// </summary>
    /// <param name="kubeconfigPath">A kubeconfig file that must exist, or null.</param>
    /// <param name="context">Context, or null for the current one. Naming one means kubeconfig, also inside a pod.</param>
    /// <param name="time">Clock for the expiry of tokens; the system's by default.</param>
    /// <exception cref="KubeconfigException">The kubeconfig cannot be used.</exception>
    public static KubernetesClientConfiguration BuildDefault(string? kubeconfigPath = null, string? context = null, TimeProvider? time = null)
    {
        if (kubeconfigPath is null && context is null
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")) && InClusterConfiguration.IsInCluster())
        {
            return InClusterConfiguration.Load(time);
        }

        return FromKubeconfig(kubeconfigPath, context, time);
    }

    /// <summary>Builds from a kubeconfig file, or from <c>$KUBECONFIG</c> or <c>~/.kube/config</c> when no file is named.</summary>
    /// <exception cref="KubeconfigException">The kubeconfig cannot be used; the message names file, entry and field.</exception>
    public static KubernetesClientConfiguration FromKubeconfig(string? path = null, string? context = null, TimeProvider? time = null) =>
        FromKubeconfig(Kubeconfig.Load(path is null ? Kubeconfig.DefaultPaths() : [path]), context, time);

    /// <summary>Builds from a context of loaded kubeconfig files.</summary>
    /// <exception cref="KubeconfigException">The context cannot be used; the message names file, entry and field.</exception>
    public static KubernetesClientConfiguration FromKubeconfig(Kubeconfig kubeconfig, string? context = null, TimeProvider? time = null) =>
        new KubeconfigReader(kubeconfig, time ?? TimeProvider.System).Read(context);

    /// <summary>Builds from the ServiceAccount of the pod this process runs in.</summary>
    /// <exception cref="KubeconfigException">The process is not in a pod, or its ServiceAccount files are missing.</exception>
    public static KubernetesClientConfiguration InCluster(TimeProvider? time = null) => InClusterConfiguration.Load(time);
}
