using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Plugins.VolumeSnapshotters;
using BackupServer.PluginHost.DataMovers;
using BackupServer.PluginHost.Loading;
using BackupServer.PluginHost.ObjectStores;
using Microsoft.Extensions.Logging;

namespace BackupServer.PluginHost;

/// <summary>
/// What the plugins offer, by name. Everything handed out is wrapped: calls are retried, cut off and checked, so that users of an object store or a
/// data mover see the errors of the contracts only, and each names the plugin. Safe for use from many threads.
/// </summary>
public sealed partial class PluginCatalog : IDisposable
{
    private readonly List<PluginLoader> _loaders = [];
    private readonly List<LoadedPlugin> _plugins = [];
    private readonly List<PluginFailure> _failures = [];
    private readonly Dictionary<(PluginOfferKind Kind, string Name), PluginOffer> _offers = [];
    private readonly PluginHostOptions _options;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;

    private PluginCatalog(PluginHostOptions options, ILoggerFactory loggerFactory, TimeProvider timeProvider)
    {
        _options = options;
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger<PluginCatalog>();
        _timeProvider = timeProvider;
    }

    /// <summary>The plugins in use, in the order they were loaded: by folder, then by name.</summary>
    public IReadOnlyList<LoadedPlugin> Plugins => _plugins;

    /// <summary>The plugins that could not be used, each with its reason.</summary>
    public IReadOnlyList<PluginFailure> Failures => _failures;

    /// <summary>Actions on objects that are backed up, ordered by name.</summary>
    public IReadOnlyList<IBackupItemAction> BackupItemActions => All<IBackupItemAction>(PluginOfferKind.BackupItemAction);

    /// <summary>Actions on objects that are restored, ordered by name.</summary>
    public IReadOnlyList<IRestoreItemAction> RestoreItemActions => All<IRestoreItemAction>(PluginOfferKind.RestoreItemAction);

    /// <summary>Loads all plugins of all folders. A plugin that cannot be used is named in <see cref="Failures"/> and hurts no other.</summary>
    public static async Task<PluginCatalog> LoadAsync(
        PluginHostOptions options, ILoggerFactory loggerFactory, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var catalog = new PluginCatalog(options, loggerFactory, timeProvider);
        foreach (var path in options.Directories.SelectMany(AssemblyPaths))
        {
            await catalog.LoadAsync(path, cancellationToken);
        }

        return catalog;
    }

    /// <summary>The object store provider of a name.</summary>
    /// <exception cref="PluginNotFoundException">There is none.</exception>
    public IObjectStoreProvider ObjectStore(string name) => Wrap(Find(PluginOfferKind.ObjectStore, name));

    /// <summary>The object store provider that takes URLs of a scheme.</summary>
    /// <exception cref="PluginNotFoundException">There is none.</exception>
    public IObjectStoreProvider ObjectStoreForScheme(string scheme)
    {
        var stores = _offers.Values.Where(static offer => offer.Kind == PluginOfferKind.ObjectStore).Select(Wrap).ToList();
        return stores.Find(store => store.UrlScheme == scheme) ?? throw new PluginNotFoundException(
            $"no plugin takes URLs that begin with '{scheme}:'; {List("known", stores.Select(static store => store.UrlScheme + ":"))}{NotLoaded()}");
    }

    /// <summary>The data mover of a name.</summary>
    /// <exception cref="PluginNotFoundException">There is none.</exception>
    public IDataMover DataMover(string name)
    {
        var offer = Find(PluginOfferKind.DataMover, name);
        return new GuardedDataMover((IDataMover)offer.Implementation, offer.Name, offer.Plugin);
    }

    /// <summary>The volume snapshotter of a name.</summary>
    /// <exception cref="PluginNotFoundException">There is none.</exception>
    public IVolumeSnapshotter VolumeSnapshotter(string name) => (IVolumeSnapshotter)Find(PluginOfferKind.VolumeSnapshotter, name).Implementation;

    /// <summary>Forgets all plugins. Their assemblies are unloaded once nothing refers to them any more.</summary>
    public void Dispose()
    {
        _offers.Clear();
        _loaders.ForEach(static loader => loader.Dispose());
        _loaders.Clear();
    }

    private static IEnumerable<string> AssemblyPaths(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateDirectories(directory)
            .Order(StringComparer.Ordinal)
            .Select(static folder => Path.GetFullPath(Path.Combine(folder, Path.GetFileName(folder) + ".dll")))
        : [];

    private async Task LoadAsync(string path, CancellationToken cancellationToken)
    {
        var registry = new PluginRegistry(_loggerFactory);
        PluginLoader? loader = null;
        try
        {
            loader = File.Exists(path)
                ? PluginLoader.CreateFromAssemblyFile(path)
                : throw new PluginLoadException("the folder has no assembly of its own name");
            var plugin = await PluginActivator.ActivateAsync(loader, registry, _options.StartLimit, _timeProvider, cancellationToken);
            Take(registry.Offers);
            var version = plugin.GetType().Assembly.GetName().Version?.ToString(3) ?? "";
            _plugins.Add(new LoadedPlugin(registry.PluginName, path, version, [.. registry.Offers.Select(static offer => (offer.Kind, offer.Name))]));
            _loaders.Add(loader);
            Loaded(_logger, registry.PluginName, version, path);
        }
        catch (PluginLoadException e)
        {
            loader?.Dispose();
            var failure = new PluginFailure(Path.GetFileNameWithoutExtension(path), path, e.Message);
            _failures.Add(failure);
            NotLoaded(_logger, failure, e.InnerException);
        }
    }

    /// <summary>All or nothing: a plugin of which one name is taken would work in part, and nobody would know which.</summary>
    private void Take(List<PluginOffer> offers)
    {
        foreach (var offer in offers)
        {
            var other = _offers.GetValueOrDefault((offer.Kind, offer.Name))
                ?? offers.Find(candidate => candidate != offer && (candidate.Kind, candidate.Name) == (offer.Kind, offer.Name));
            if (other is not null)
            {
                throw new PluginLoadException($"it offers {offer.Kind.Words()} called '{offer.Name}', a name that the plugin {other.Plugin} has taken already");
            }
        }

        offers.ForEach(offer => _offers.Add((offer.Kind, offer.Name), offer));
    }

    private IObjectStoreProvider Wrap(PluginOffer offer) => new HostedObjectStoreProvider(
        (IObjectStoreProvider)offer.Implementation, offer.Name, offer.Plugin, _options.ObjectStores, _loggerFactory.CreateLogger<ResilientObjectStore>(), _timeProvider);

    private PluginOffer Find(PluginOfferKind kind, string name) => _offers.GetValueOrDefault((kind, name)) ?? throw new PluginNotFoundException(
        $"no plugin offers {kind.Words()} called '{name}'; {List("there is", _offers.Keys.Where(key => key.Kind == kind).Select(static key => key.Name))}{NotLoaded()}");

    private IReadOnlyList<T> All<T>(PluginOfferKind kind) =>
        [.. _offers.Values.Where(offer => offer.Kind == kind).OrderBy(static offer => offer.Name, StringComparer.Ordinal).Select(static offer => (T)offer.Implementation)];

    private static string List(string label, IEnumerable<string> names) =>
        $"{label}: {string.Join(", ", names.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}";

    private string NotLoaded() => string.Concat(_failures.Select(static failure => $"; {failure}"));

    [LoggerMessage(Level = LogLevel.Information, Message = "Plugin {Plugin} {Version} is in use ({Path}).")]
    private static partial void Loaded(ILogger logger, string plugin, string version, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Failure}")]
    private static partial void NotLoaded(ILogger logger, PluginFailure failure, Exception? cause);
}
