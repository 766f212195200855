using BackupServer.Abstractions.Plugins.ObjectStores;
using Microsoft.Extensions.Logging;

namespace BackupServer.PluginHost.ObjectStores;

/// <summary>A plugin's provider as the host hands it out: its own answers are checked, and the stores it opens are guarded and retried.</summary>
internal sealed class HostedObjectStoreProvider(
    IObjectStoreProvider inner, string name, string plugin, ObjectStoreResilience resilience, ILogger logger, TimeProvider timeProvider) : IObjectStoreProvider
{
    private readonly PluginCalls _calls = new(name, plugin, timeProvider);

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public string UrlScheme => Guard("name its URL scheme", () => inner.UrlScheme);

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate(ObjectStoreConfiguration configuration) => Guard("check the configuration", () => inner.Validate(configuration));

    /// <inheritdoc/>
    public ObjectStoreConfiguration ParseUrl(string address) => Guard($"read the address '{address}'", () => inner.ParseUrl(address));

    /// <inheritdoc/>
    public async ValueTask<IObjectStore> OpenAsync(ObjectStoreConfiguration configuration, CancellationToken cancellationToken)
    {
        var retry = new RetryPolicy(resilience, logger, timeProvider);
        var operation = $"open the store in '{configuration.Bucket}'";
        var store = await retry.RunAsync(
            token => _calls.RunAsync(operation, resilience.AttemptLimit, limited => inner.OpenAsync(configuration, limited).AsTask(), token),
            cancellationToken);
        return store is null
            ? throw _calls.Nonsense(operation, "it returned null")
            : new ResilientObjectStore(new GuardedObjectStore(store, _calls, resilience), retry);
    }

    private T Guard<T>(string operation, Func<T?> call)
        where T : class
    {
        try
        {
            return call() ?? throw _calls.Nonsense(operation, "it returned null");
        }
        catch (Exception e) when (e is not ObjectStoreException and not FormatException)
        {
            throw _calls.Nonsense(operation, $"it threw {e.GetType().Name}: {e.Message}", e);
        }
    }
}
