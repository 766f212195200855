namespace BackupServer.DevCluster.Cluster;

/// <summary>Runs the control loops, each in a task of its own, and starts one again that failed.</summary>
internal sealed partial class ControllerRunner(IReadOnlyList<IController> controllers, ILogger<ControllerRunner> logger, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    /// <summary>Starts all loops.</summary>
    public void Start() => _running.AddRange(controllers.Select(c => Task.Run(() => RunAsync(c, _stop.Token))));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task RunAsync(IController controller, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await controller.RunAsync(ct);
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(logger, controller.Name, e);
            }

            await Task.Delay(Pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "controller {Name} failed and is started again")]
    private static partial void Failed(ILogger logger, string name, Exception error);
}
