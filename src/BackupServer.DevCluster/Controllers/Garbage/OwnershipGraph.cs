namespace BackupServer.DevCluster.Controllers.Garbage;

/// <summary>Who owns whom, by uid, kept from the feed of all changes. Safe for concurrent use.</summary>
internal sealed class OwnershipGraph
{
    private readonly Dictionary<string, OwnedObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _dependents = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Takes a change in; returns what was known of the object before.</summary>
    public OwnedObject? Put(OwnedObject changed)
    {
        lock (_lock)
        {
            var before = Forget_NeedsLock(changed.Uid);
            _objects[changed.Uid] = changed;
            foreach (var owner in changed.Owners)
            {
                if (!_dependents.TryGetValue(owner.Uid, out var uids)) _dependents[owner.Uid] = uids = new HashSet<string>(StringComparer.Ordinal);
                uids.Add(changed.Uid);
            }

            return before;
        }
    }

    public void Remove(string uid)
    {
        lock (_lock) Forget_NeedsLock(uid);
    }

    public OwnedObject? Find(string uid)
    {
        lock (_lock) return _objects.GetValueOrDefault(uid);
    }

    public IReadOnlyList<OwnedObject> DependentsOf(string uid)
    {
        lock (_lock) return _dependents.TryGetValue(uid, out var uids) ? [.. uids.Select(dependent => _objects[dependent])] : [];
    }

    private OwnedObject? Forget_NeedsLock(string uid)
    {
        if (!_objects.Remove(uid, out var before)) return null;
        foreach (var owner in before.Owners)
        {
            if (!_dependents.TryGetValue(owner.Uid, out var uids)) continue;
            uids.Remove(uid);
            if (uids.Count == 0) _dependents.Remove(owner.Uid);
        }

        return before;
    }
}
