using System.CommandLine;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Configuration;

namespace BackupServer.Cli.Running;

/// <summary>Which cluster, as whom, in which namespace: understood by every command, before or after its name.</summary>
internal sealed class ClusterOptions
{
    /// <summary>Namespace of the server where neither option, variable nor context says one.</summary>
    public const string DefaultNamespace = "backup-system";

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod's ServiceAccount)",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<string?> _context = new("--context") { Description = "context in the kubeconfig (default: the current one)", HelpName = "NAME", Recursive = true };

    private readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = $"namespace (default: $BACKUPCTL_NAMESPACE, the context's unless it is 'default', or {DefaultNamespace})",
        HelpName = "NS",
        Recursive = true,
    };

    /// <summary>Declares the options.</summary>
    public void AddTo(Command root)
    {
        root.Add(_kubeconfig);
        root.Add(_context);
        root.Add(_namespace);
    }

    /// <summary>A client of the cluster that was named.</summary>
    /// <exception cref="KubeconfigException">There is no such cluster.</exception>
    public Cluster Connect(ParseResult parsed, CommandContext context)
    {
        var configuration = KubernetesClientConfiguration.BuildDefault(parsed.GetValue(_kubeconfig), parsed.GetValue(_context), context.Time);
        var ns = parsed.GetValue(_namespace) ?? context.Terminal.Variable("BACKUPCTL_NAMESPACE");
        if (string.IsNullOrEmpty(ns))
        {
            ns = configuration.Namespace == "default" ? DefaultNamespace : configuration.Namespace;
        }

        // Somebody waits in front of the screen: a server that does not answer is told after seconds, not minutes.
        var options = new KubernetesClientOptions { Attempts = 3, RequestTimeout = TimeSpan.FromSeconds(30) };
        return new Cluster(new KubernetesClient(configuration, options: options, time: context.Time), ns, context.Terminal, context.Time);
    }
}
