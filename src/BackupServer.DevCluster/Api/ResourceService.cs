using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Ownership;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Api;

/// <summary>
/// Reads and writes of all resources with the semantics of an API server; HTTP endpoints and in-process controllers come through here.
/// Trees given are taken over; trees returned belong to the caller. Errors are <see cref="ApiStatusException"/>. Thread-safe.
/// </summary>
internal sealed class ResourceService
{
    private readonly ObjectStore _store;
    private readonly ObjectWriter _writer;
    private readonly ObjectDeleter _deleter;

    public ResourceService(ObjectStore store, ResourceCatalog catalog, KindBehaviours behaviours, AdmissionChain admission, TimeProvider time, Random random)
    {
        _store = store;
        Catalog = catalog;
        Behaviours = behaviours;
        Time = time;
        Random = random;
        Admission = admission;
        _writer = new ObjectWriter(this, store);
        _deleter = new ObjectDeleter(this, store);
    }

    /// <summary>The resources served.</summary>
    public ResourceCatalog Catalog { get; }

    /// <summary>Behaviours by kind.</summary>
    public KindBehaviours Behaviours { get; }

    /// <summary>Admission plugins.</summary>
    public AdmissionChain Admission { get; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Randomness of generated names and the like; seeded by <c>--seed</c>. Not thread-safe by itself: use under a lock or <see cref="NameGenerator"/>.</summary>
    public Random Random { get; }

    /// <summary>The newest revision.</summary>
    public long Revision => _store.Revision;

    /// <summary>An object, or null.</summary>
    public StoredObject? Find(ResourceDefinition resource, string ns, string name) => _store.Get(resource.Bucket, ns, name);

    /// <summary>An object as a tree in the resource's version; 404 when there is none.</summary>
    public JsonObject Get(ResourceDefinition resource, string ns, string name) =>
        Served(resource, Find(resource, ns, name) ?? throw ApiErrors.NotFound(resource, name));

    /// <summary>Objects at one revision, without parsing them. 410 when the revision is gone.</summary>
    public ListPage List(ResourceDefinition resource, ListRequest request)
    {
        try
        {
            return _store.List(resource.Bucket, request);
        }
        catch (RevisionGoneException gone)
        {
            throw ApiErrors.Expired($"too old resource version: {gone.Requested} ({gone.Oldest})");
        }
    }

    /// <summary>All objects of a resource (or of one namespace) as stored.</summary>
    public IReadOnlyList<StoredObject> List(ResourceDefinition resource, string? ns = null) =>
        List(resource, new ListRequest { Namespace = ns }).Items;

    /// <summary>Creates; 409 when the name is taken. <c>metadata.generateName</c> is honoured.</summary>
    public JsonObject Create(ResourceDefinition resource, string ns, JsonObject obj, WriteOptions options) =>
        _writer.Create(resource, ns, obj, options);

    /// <summary>Replaces the object or one of its subresources (<c>status</c>); 409 when the given resourceVersion is not the stored one.</summary>
    public JsonObject Update(ResourceDefinition resource, string ns, string name, JsonObject obj, WriteOptions options, string subresource = "") =>
        Replace(resource, ns, name, obj, options, subresource).Object;

    /// <summary>As <see cref="Update"/>, telling whether the object was created (some kinds let a PUT create).</summary>
    public WriteResult Replace(ResourceDefinition resource, string ns, string name, JsonObject obj, WriteOptions options, string subresource = "") =>
        _writer.Update(
            resource, ns, name, _ => (JsonObject)obj.DeepClone(), options, subresource, "Update", obj.ResourceVersion() is { Length: > 0 } and not "0");

    /// <summary>
    /// Reads, changes and writes, again and again until no other write came between. The change gets a fresh tree each time and may return
    /// false to leave things as they are. A null answer means there was no object, or (for a write) it was left alone.
    /// </summary>
    public JsonObject? Modify(ResourceDefinition resource, string ns, string name, Func<JsonObject, bool> change, WriteOptions options, string subresource = "")
    {
        try
        {
            return _writer.Update(resource, ns, name, old => change(old) ? old : throw new UnchangedException(), options, subresource, "Patch", false).Object;
        }
        catch (UnchangedException)
        {
            return null;
        }
        catch (ApiStatusException gone) when (gone.Code == 404)
        {
            return null;
        }
    }

    /// <summary>The general conditional write: the transformer gets the current tree and returns the new one. For patches and subresources.</summary>
    public WriteResult Transform(
        ResourceDefinition resource, string ns, string name, Func<JsonObject, JsonObject> transform, WriteOptions options, string subresource,
        string operation = "Patch") =>
        _writer.Update(resource, ns, name, transform, options, subresource, operation, false);

    /// <summary>Server-side apply: creates or merges; 409 when others own fields that would change (unless options force it).</summary>
    public WriteResult Apply(ResourceDefinition resource, string ns, string name, JsonObject config, WriteOptions options, string subresource = "") =>
        _writer.Update(
            resource, ns, name, live => ServerSideApply.Apply(resource, live, config, options, subresource), options, subresource, "Apply",
            config.ResourceVersion().Length > 0);

    /// <summary>Deletes or marks for deletion.</summary>
    public DeleteResult Delete(ResourceDefinition resource, string ns, string name, DeleteOptions delete, WriteOptions options) =>
        _deleter.Delete(resource, ns, name, delete, options);

    /// <summary>Deletes if it is there; true when something was deleted or marked.</summary>
    public bool DeleteIfExists(ResourceDefinition resource, string ns, string name, DeleteOptions delete, WriteOptions options)
    {
        try
        {
            _deleter.Delete(resource, ns, name, delete, options);
            return true;
        }
        catch (ApiStatusException gone) when (gone.Code == 404)
        {
            return false;
        }
    }

    /// <summary>
    /// All objects now as ADDED, then every change, until cancelled. When the reader falls behind the history it starts over with a new
    /// list (so a reader must take ADDED of something it knows as a change, and compare its own set after a restart).
    /// </summary>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceDefinition resource, string? ns = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var known = new Dictionary<(string, string), StoredObject>();
        var events = new List<StoreEvent>();
        while (!ct.IsCancellationRequested)
        {
            var page = List(resource, new ListRequest { Namespace = ns });
            var listed = page.Items.ToDictionary(o => (o.Namespace, o.Name));
            foreach (var (key, gone) in known.Where(k => !listed.ContainsKey(k.Key)).ToList())
            {
                known.Remove(key);
                yield return new WatchEvent(WatchEventType.Deleted, gone, gone);
            }

            foreach (var (key, obj) in listed)
            {
                known.TryGetValue(key, out var old);
                known[key] = obj;
                if (old?.Revision != obj.Revision)
                {
                    yield return new WatchEvent(old is null ? WatchEventType.Added : WatchEventType.Modified, obj, old);
                }
            }

            var position = page.Revision;
            var behind = false;
            while (!behind)
            {
                events.Clear();
                Task changed;
                try
                {
                    (position, changed) = _store.ReadEvents(resource.Bucket, position, 512, events);
                }
                catch (RevisionGoneException)
                {
                    behind = true;
                    continue;
                }

                foreach (var change in events)
                {
                    if (ns is not null && change.Object.Namespace != ns)
                    {
                        continue;
                    }

                    var key = (change.Object.Namespace, change.Object.Name);
                    if (change.Deleted)
                    {
                        known.Remove(key);
                    }
                    else
                    {
                        known[key] = change.Object;
                    }

                    yield return new WatchEvent(
                        change.Deleted ? WatchEventType.Deleted : change.Previous is null ? WatchEventType.Added : WatchEventType.Modified,
                        change.Object, change.Previous);
                }

                if (events.Count == 0)
                {
                    await changed.WaitAsync(ct);
                }
            }
        }
    }

    /// <summary>A stored object as a tree in the version the resource is served in.</summary>
    public static JsonObject Served(ResourceDefinition resource, StoredObject stored) => VersionConversion.FromStored(resource, stored.ToJson());

    /// <summary>The context a behaviour gets.</summary>
    public BehaviourContext Context(ResourceDefinition resource, string subresource, WriteOptions options) =>
        new() { Resource = resource, Subresource = subresource, Options = options, Resources = this, Time = Time };

    private sealed class UnchangedException : Exception;
}
