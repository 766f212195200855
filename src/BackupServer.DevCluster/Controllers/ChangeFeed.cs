using System.Threading.Channels;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Controllers;

/// <summary>
/// Every write of the store, in the order of writing, to whoever subscribed. One order for all kinds matters: a collector must see a
/// dependent before it sees its owner orphan its dependents. A subscriber gets what exists first, then what happens.
/// </summary>
internal sealed class ChangeFeed(ObjectStore store, ResourceCatalog catalog, ILogger logger) : IController
{
    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Subscription> _active = [];
    private readonly Lock _lock = new();
    private Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private long _namesOf = -1;

    public string Name => "change-feed";

    /// <summary>Calls back on the feed's thread, one change after another, until disposed. Null resources are all.</summary>
    public IDisposable Subscribe(IReadOnlyCollection<string>? resources, Action<ObjectChange> onChange)
    {
        var subscription = new Subscription(this, resources?.ToHashSet(StringComparer.Ordinal), onChange);
        _entries.Writer.TryWrite(new Entry(null, null, subscription));
        return subscription;
    }

    public async Task RunAsync(CancellationToken ct)
    {
        store.Written += OnWritten;
        try
        {
            await foreach (var entry in _entries.Reader.ReadAllAsync(ct))
            {
                if (entry.Subscription is { } starting) Start(starting);
                else Deliver(ResourceOf(entry.Bucket!), entry.Change!);
            }
        }
        finally
        {
            store.Written -= OnWritten;
        }
    }

    private void OnWritten(string bucket, StoreEvent change) => _entries.Writer.TryWrite(new Entry(bucket, change, null));

    private void Start(Subscription subscription)
    {
        lock (_lock) _active.Add(subscription);
        foreach (var bucket in catalog.All.Select(resource => resource.Bucket).Distinct(StringComparer.Ordinal))
        {
            var resource = ResourceOf(bucket);
            if (!subscription.Wants(resource)) continue;
            foreach (var stored in store.List(bucket, new ListRequest()).Items) Call(subscription, new ObjectChange(resource, stored, deleted: false, created: true));
        }
    }

    private void Deliver(string resource, StoreEvent change)
    {
        Subscription[] subscriptions;
        lock (_lock) subscriptions = [.. _active.Where(subscription => subscription.Wants(resource))];
        if (subscriptions.Length == 0) return;
        var seen = new ObjectChange(resource, change.Object, change.Deleted, change.Previous is null && !change.Deleted);
        foreach (var subscription in subscriptions) Call(subscription, seen);
    }

    private void Call(Subscription subscription, ObjectChange change)
    {
        try
        {
            subscription.OnChange(change);
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "A change of {Resource} {Key} could not be taken in", change.Resource, change.Key);
        }
    }

    /// <summary><c>plural[.group]</c> of a bucket, also of one whose CustomResourceDefinition has just gone.</summary>
    private string ResourceOf(string bucket)
    {
        if (_names.TryGetValue(bucket, out var name)) return name;
        if (_namesOf != catalog.Number)
        {
            _namesOf = catalog.Number;
            _names = catalog.All.GroupBy(resource => resource.Bucket, StringComparer.Ordinal)
                .ToDictionary(versions => versions.Key, versions => versions.First().GroupResource, StringComparer.Ordinal);
            if (_names.TryGetValue(bucket, out name)) return name;
        }

        var slash = bucket.IndexOf('/');
        return slash < 0 ? bucket : $"{bucket[(slash + 1)..]}.{bucket[..slash]}";
    }

    private sealed record Entry(string? Bucket, StoreEvent? Change, Subscription? Subscription);

    private sealed class Subscription(ChangeFeed feed, HashSet<string>? resources, Action<ObjectChange> onChange) : IDisposable
    {
        public Action<ObjectChange> OnChange => onChange;

        public bool Wants(string resource) => resources is null || resources.Contains(resource);

        public void Dispose()
        {
            lock (feed._lock) feed._active.Remove(this);
        }
    }
}
