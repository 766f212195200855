using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Leases;

namespace BackupServer.Server.Hosting;

/// <summary>Stands for election; the one that leads runs the controllers. When leadership is lost, everything is left as it is and the next leader goes on.</summary>
internal sealed partial class Leadership(KubernetesClient client, ServerOptions options, Controllers controllers, ILoggerFactory loggers, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly LeaderElector _elector = new(
        client,
        new LeaderElectionOptions
        {
            Namespace = options.Namespace,
            Name = "backupserver",
            Identity = options.Identity,
            LeaseDuration = options.LeaseDuration,
            RenewDeadline = options.RenewDeadline,
            RetryPeriod = options.RetryPeriod,
        },
        loggers.CreateLogger<LeaderElector>());

    /// <summary>Whether this process leads.</summary>
    public bool IsLeader => _elector.IsLeader;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // A server whose health cannot be asked for must not lead, not for a moment.
            await StartedAsync(stoppingToken);
            await _elector.RunAsync(controllers.RunAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (Exception e)
        {
            // Nothing here may die unseen: the process ends, and its supervisor starts another.
            LogBroken(loggers.CreateLogger<Leadership>(), e);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The server cannot go on and ends")]
    private static partial void LogBroken(ILogger logger, Exception error);
}
