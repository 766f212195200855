using BackupServer.Abstractions.Plugins.ObjectStores;

namespace BackupServer.PluginHost.ObjectStores;

/// <summary>
/// Calls foreign code and comes back: with its answer, with an <see cref="ObjectStoreException"/> that names the plugin, or after a limit even when
/// the code ignores its cancellation token or blocks its thread. What is left running then cannot be stopped, only ignored.
/// </summary>
internal sealed class PluginCalls(string provider, string plugin, TimeProvider timeProvider)
{
    /// <summary>Runs one call.</summary>
    /// <param name="operation">The call in words, for example <c>write 'data/ab/abcd'</c>.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="call">The call; may return null, throw anything and never end.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<T> RunAsync<T>(string operation, TimeSpan limit, Func<CancellationToken, Task<T>?> call, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var token = either.Token;
        try
        {
            var work = Task.Run(() => call(token) ?? throw Nonsense(operation, "it returned null instead of a task"), CancellationToken.None);
            return await work.WaitAsync(token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.Transient,
                timer.IsCancellationRequested
                    ? $"cannot {operation}: the object store {provider} of the plugin {plugin} did not answer within {limit.TotalSeconds:0.#} s"
                    : $"cannot {operation}: the object store {provider} of the plugin {plugin} gave up waiting",
                e);
        }
        catch (Exception e) when (e is not ObjectStoreException and not OperationCanceledException)
        {
            throw Nonsense(operation, $"it threw {e.GetType().Name}: {e.Message}", e);
        }
    }

    /// <summary>Runs one call without a result.</summary>
    public Task RunAsync(string operation, TimeSpan limit, Func<CancellationToken, Task?> call, CancellationToken cancellationToken) =>
        RunAsync(operation, limit, token => FinishAsync(operation, call(token)), cancellationToken);

    /// <summary>The plugin broke its contract.</summary>
    public ObjectStoreException Nonsense(string operation, string what, Exception? cause = null) => new(
        ObjectStoreErrorKind.Permanent,
        $"cannot {operation}: the object store {provider} of the plugin {plugin} broke its contract: {what}",
        cause);

    private async Task<bool> FinishAsync(string operation, Task? task)
    {
        await (task ?? throw Nonsense(operation, "it returned null instead of a task"));
        return true;
    }
}
