using BackupServer.Engine.Reporting;
using BackupServer.Kubernetes.Errors;

namespace BackupServer.Server.Runs;

/// <summary>Writes a run's progress into its status, at most once a second and only when it has changed.</summary>
internal sealed class ProgressWriter(Func<RunProgress, CancellationToken, Task> write, TimeProvider time, ILogger logger) : IRunObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private RunProgress? _latest;

    /// <inheritdoc/>
    public void OnProgress(RunProgress progress) => Volatile.Write(ref _latest, progress);

    /// <summary>Runs a task and writes its progress beside it; all writing has ended when the task returns.</summary>
    public async Task<T> DuringAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(ended.Token);
        try
        {
            return await run();
        }
        finally
        {
            await ended.CancelAsync();
            await writing;
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        RunProgress? written = null;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                var latest = Volatile.Read(ref _latest);
                if (latest is not null && latest != written)
                {
                    written = latest;
                    await write(latest, cancellationToken);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run has ended; its last status says more than its progress.
        }
        catch (KubernetesException e)
        {
            // Progress is a courtesy: the run goes on without it, and its outcome is written with retries.
            Warnings.ProgressNotWritten(logger, e.Message);
        }
    }
}
