using BackupServer.Kubernetes;

namespace BackupServer.Cli.Running;

/// <summary>The cluster a command works with: what run methods take.</summary>
/// <param name="Client">Client of its API server.</param>
/// <param name="Namespace">Namespace of the objects a command names.</param>
/// <param name="Terminal">Where the command writes.</param>
/// <param name="Time">Clock.</param>
internal sealed record Cluster(KubernetesClient Client, string Namespace, Terminal Terminal, TimeProvider Time) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
