namespace BackupServer.DevCluster.Storage;

/// <summary>
/// Multi-version store of objects in memory, one revision counter for all. A write is visible to gets, lists and watches at once and in
/// the same order everywhere. Lists and watches share the immutable states; nothing is parsed again. Thread-safe.
/// </summary>
internal sealed class ObjectStore
{
    private const int Slice = 2000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _buckets = [];
    private readonly Queue<(Bucket Bucket, KeyHistory Key, long Revision, long Timestamp)> _history = new();
    private readonly TimeProvider _time;
    private readonly HistoryOptions _options;
    private readonly IStoreLog? _log;
    private long _revision;
    private long _compacted;

    /// <param name="time">Clock of the history window.</param>
    /// <param name="options">History kept.</param>
    /// <param name="log">Durable log, or null to live in memory only.</param>
    /// <param name="initial">States read from a durable store.</param>
    /// <param name="revision">Revision to continue from; older ones are gone.</param>
    public ObjectStore(
        TimeProvider time, HistoryOptions? options = null, IStoreLog? log = null,
        IEnumerable<(string Bucket, StoredObject Object)>? initial = null, long revision = 0)
    {
        _time = time;
        _options = options ?? new HistoryOptions();
        _log = log;
        foreach (var (bucketName, obj) in initial ?? [])
        {
            var bucket = BucketOf(bucketName);
            bucket.Keys.GetOrAdd(obj.Namespace, obj.Name).Push(obj.Revision, obj);
            bucket.LiveCount++;
        }

        _revision = revision;
        _compacted = revision;
    }

    /// <summary>Raised for every write, in order of revisions and under the store's lock: handlers must only take note.</summary>
    public event Action<string, StoreEvent>? Written;

    /// <summary>The newest revision.</summary>
    public long Revision
    {
        get
        {
            lock (_lock)
            {
                return _revision;
            }
        }
    }

    /// <summary>The oldest revision lists and watches can start from.</summary>
    public long CompactedRevision
    {
        get
        {
            lock (_lock)
            {
                return _compacted;
            }
        }
    }

    /// <summary>The live state of an object, or null.</summary>
    public StoredObject? Get(string bucket, string ns, string name)
    {
        lock (_lock)
        {
            return _buckets.TryGetValue(bucket, out var found) ? found.Keys.Find(ns, name)?.Live : null;
        }
    }

    /// <summary>Number of live objects in a bucket.</summary>
    public int Count(string bucket)
    {
        lock (_lock)
        {
            return _buckets.TryGetValue(bucket, out var found) ? found.LiveCount : 0;
        }
    }

    /// <summary>Writes a state.</summary>
    /// <param name="bucket">Bucket.</param>
    /// <param name="encoded">The state.</param>
    /// <param name="expected">The live revision it must replace; 0: there must be none.</param>
    /// <exception cref="WriteConflictException">The expectation does not hold.</exception>
    public StoredObject Put(string bucket, EncodedObject encoded, long expected)
    {
        lock (_lock)
        {
            var target = BucketOf(bucket);
            var key = target.Keys.Find(encoded.Namespace, encoded.Name);
            var old = key?.Live;
            if ((old?.Revision ?? 0) != expected)
            {
                throw new WriteConflictException(old);
            }

            key ??= target.Keys.GetOrAdd(encoded.Namespace, encoded.Name);
            var stored = encoded.At(_revision + 1);
            _log?.Put(bucket, stored);
            _revision++;
            key.Push(_revision, stored);
            target.LiveCount += old is null ? 1 : 0;
            Publish(target, key, new StoreEvent(_revision, stored, old, false));
            return stored;
        }
    }

    /// <summary>Removes an object.</summary>
    /// <param name="bucket">Bucket.</param>
    /// <param name="last">Its last state, as watches shall see it; it gets the revision of the deletion.</param>
    /// <param name="expected">The live revision it must have.</param>
    /// <returns>The last state as published.</returns>
    /// <exception cref="WriteConflictException">The expectation does not hold.</exception>
    public StoredObject Delete(string bucket, EncodedObject last, long expected)
    {
        lock (_lock)
        {
            var target = BucketOf(bucket);
            var key = target.Keys.Find(last.Namespace, last.Name);
            if (key?.Live is not { } old || old.Revision != expected)
            {
                throw new WriteConflictException(key?.Live);
            }

            _log?.Delete(bucket, last.Namespace, last.Name, _revision + 1);
            _revision++;
            key.Push(_revision, null);
            target.LiveCount--;
            var final = last.At(_revision);
            Publish(target, key, new StoreEvent(_revision, final, old, true));
            return final;
        }
    }

    /// <summary>A page of objects at one revision.</summary>
    /// <exception cref="RevisionGoneException">The revision is older than the history.</exception>
    public ListPage List(string bucket, ListRequest request)
    {
        var items = new List<StoredObject>();
        var slice = new List<StoredObject>();
        var next = request.Start ?? (request.Namespace ?? "", request.Name ?? "");
        var revision = request.Revision;
        while (true)
        {
            slice.Clear();
            var wanted = request.Limit > 0 && request.Matches is null ? Math.Min(Slice, request.Limit - items.Count) : Slice;
            var following = Collect(bucket, request, next, wanted, ref revision, slice);
            foreach (var obj in slice)
            {
                if (request.Limit > 0 && items.Count == request.Limit)
                {
                    return new ListPage(items, revision, (obj.Namespace, obj.Name), null);
                }

                if (request.Matches is null || request.Matches(obj))
                {
                    items.Add(obj);
                }
            }

            if (following is not { } more)
            {
                return new ListPage(items, revision, null, null);
            }

            if (request.Limit > 0 && items.Count == request.Limit && request.Matches is null)
            {
                return new ListPage(items, revision, more, Remaining(bucket, request, more));
            }

            next = more;
        }
    }

    /// <summary>Takes events after a position, at most <paramref name="max"/>; an empty answer carries the task to wait for.</summary>
    /// <param name="bucket">Bucket.</param>
    /// <param name="after">Revision the caller has seen.</param>
    /// <param name="max">Number of events at most.</param>
    /// <param name="into">Receives the events.</param>
    /// <returns>The newest revision covered by the answer, and a task that completes at the bucket's next write.</returns>
    /// <exception cref="RevisionGoneException">Events after the position are gone.</exception>
    public (long Covered, Task Changed) ReadEvents(string bucket, long after, int max, List<StoreEvent> into)
    {
        lock (_lock)
        {
            if (after < _compacted)
            {
                throw new RevisionGoneException(after, _compacted);
            }

            var source = BucketOf(bucket);
            var index = source.FirstAfter(after);
            var end = Math.Min(source.Log.Count, index + max);
            for (; index < end; index++)
            {
                into.Add(source.Log[index]);
            }

            var covered = end < source.Log.Count ? into[^1].Revision : _revision;
            return (covered, source.Changed);
        }
    }

    /// <summary>Forgets history up to a revision (all of it by default).</summary>
    public void Compact(long upTo = long.MaxValue)
    {
        lock (_lock)
        {
            while (_history.TryPeek(out var oldest) && oldest.Revision <= upTo)
            {
                Forget();
            }

            _compacted = Math.Max(_compacted, Math.Min(upTo, _revision));
        }
    }

    private (string, string)? Collect(
        string bucket, ListRequest request, (string Namespace, string Name) from, int wanted, ref long revision, List<StoredObject> into)
    {
        lock (_lock)
        {
            revision = revision == 0 ? _revision : revision;
            if (revision < _compacted)
            {
                throw new RevisionGoneException(revision, _compacted);
            }

            if (!_buckets.TryGetValue(bucket, out var source))
            {
                return null;
            }

            foreach (var key in source.Keys.From(from.Namespace, from.Name))
            {
                if ((request.Namespace is not null && key.Namespace != request.Namespace) || (request.Name is not null && key.Name != request.Name))
                {
                    return null;
                }

                if (key.At(revision) is { } obj)
                {
                    if (into.Count == wanted)
                    {
                        return (key.Namespace, key.Name);
                    }

                    into.Add(obj);
                }
            }

            return null;
        }
    }

    private long? Remaining(string bucket, ListRequest request, (string Namespace, string Name) next)
    {
        lock (_lock)
        {
            var source = BucketOf(bucket);
            var end = request.Namespace is null ? source.Keys.Count : source.Keys.Rank(request.Namespace + '\0', "");
            var live = end - source.Keys.Rank(next.Namespace, next.Name);
            return request.Namespace is null ? live - (source.Keys.Count - source.LiveCount) : live - DeadBetween(source, next, request.Namespace);
        }
    }

    /// <summary>Deleted keys that are still in the history.</summary>
    private static int DeadBetween(Bucket source, (string Namespace, string Name) next, string ns)
    {
        return source.Keys.Count == source.LiveCount
            ? 0
            : source.Keys.From(next.Namespace, next.Name).TakeWhile(k => k.Namespace == ns).Count(k => k.Live is null);
    }

    private void Publish(Bucket bucket, KeyHistory key, StoreEvent change)
    {
        var now = _time.GetTimestamp();
        _history.Enqueue((bucket, key, change.Revision, now));
        bucket.Append(change);
        Written?.Invoke(bucket.Name, change);
        while (_history.Count > _options.MaxEvents
            || (_history.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.Timestamp, now) > _options.Age))
        {
            Forget();
        }

        _log?.AfterWrite(Live, _revision);
    }

    private void Forget()
    {
        var (bucket, key, revision, _) = _history.Dequeue();
        bucket.DropOldest();
        _compacted = revision;
        if (key.Prune(revision))
        {
            bucket.Keys.Remove(key);
        }
    }

    private IEnumerable<(string Bucket, StoredObject Object)> Live() =>
        from bucket in _buckets.Values
        from key in bucket.Keys.From("", "")
        where key.Live is not null
        select (bucket.Name, key.Live);

    private Bucket BucketOf(string name)
    {
        if (!_buckets.TryGetValue(name, out var bucket))
        {
            bucket = new Bucket(name);
            _buckets.Add(name, bucket);
        }

        return bucket;
    }
}
