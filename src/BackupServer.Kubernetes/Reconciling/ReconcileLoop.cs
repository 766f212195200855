using BackupServer.Kubernetes.Errors;
using Microsoft.Extensions.Logging;

namespace BackupServer.Kubernetes.Reconciling;

/// <summary>
/// Workers that take keys from a queue and reconcile them, one worker per key at a time. What a reconciler throws is logged and tried
/// again with growing pauses; a conflict is no news and is not logged as an error.
/// </summary>
/// <typeparam name="T">Key.</typeparam>
public sealed partial class ReconcileLoop<T>(
    string name, WorkQueue<T> queue, Func<T, CancellationToken, Task<ReconcileResult>> reconcile, int workers, ILogger logger)
    where T : notnull
{
    /// <summary>Runs until cancelled; then waits for the reconciliations under way, which see the cancellation too.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            T key;
            try
            {
                key = await queue.TakeAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await ReconcileAsync(key, cancellationToken);
            }
            finally
            {
                queue.Done(key);
            }
        }
    }

    private async Task ReconcileAsync(T key, CancellationToken cancellationToken)
    {
        try
        {
            var result = await reconcile(key, cancellationToken);
            queue.Forget(key);
            if (result.RequeueAfter is { } delay)
            {
                queue.AddAfter(key, delay);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever runs next finds the key by listing.
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            Log.Conflict(logger, name, key.ToString() ?? "", e.Message);
            queue.AddRateLimited(key);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, name, key.ToString() ?? "", queue.Failures(key) + 1);
            queue.AddRateLimited(key);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Loop}: {Key} was changed by somebody else, looking again: {Error}")]
        public static partial void Conflict(ILogger logger, string loop, string key, string error);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Loop}: reconciling {Key} failed (attempt {Attempt}), trying again")]
        public static partial void Failed(ILogger logger, Exception error, string loop, string key, int attempt);
    }
}
