using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.Agent.Presence;
using BackupServer.Agent.Work;
using BackupServer.Kubernetes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackupServer.Agent;

/// <summary>Runs the agent's parts together: when one of them breaks, the process ends and is started again by the kubelet.</summary>
internal sealed class AgentService(
    KubernetesClient client, AgentOptions options, NodeLease lease, IWorkKind<VolumeBackup> backups, IWorkKind<VolumeRestore> restores, TimeProvider time, ILoggerFactory loggers)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var backupWork = new WorkController<VolumeBackup>(client, options, backups, time, loggers.CreateLogger<WorkController<VolumeBackup>>());
        using var restoreWork = new WorkController<VolumeRestore>(client, options, restores, time, loggers.CreateLogger<WorkController<VolumeRestore>>());
        await Task.WhenAll(lease.RunAsync(stoppingToken), backupWork.RunAsync(stoppingToken), restoreWork.RunAsync(stoppingToken));
    }
}
