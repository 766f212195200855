using System.Collections.Concurrent;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Resilience;
using Microsoft.Extensions.Logging;

namespace BackupServer.Kubernetes.Watch;

/// <summary>
/// A copy of some objects of the cluster, kept up to date: one list, then watches, each going on where the last one ended. When the
/// server no longer has that state (410) it lists anew and tells the difference, so no change is missed, though several of
/// one object may come as one. Failures are retried for ever, with growing pauses; <see cref="LastError"/> says what is wrong.
/// <para>The handler is called by one event at a time, after the cache has changed. What it throws ends <see cref="RunAsync"/>.</para>
/// </summary>
public sealed partial class Informer(
    KubernetesClient client, GroupVersionResource resource, InformerOptions options, Action<InformerEvent> handler, ILogger logger)
{
    private readonly ConcurrentDictionary<ObjectName, RawObject> _objects = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Backoff _backoff = new(options.FirstPause, options.LongestPause);
    private string? _version;

    /// <summary>The objects as they are known now, in no order. A snapshot is not taken: it may change while it is enumerated.</summary>
    public IEnumerable<RawObject> Objects => _objects.Values;

    /// <summary>How many objects are known.</summary>
    public int Count => _objects.Count;

    /// <summary>Done when the first list is in the cache.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Why the cache may be out of date; null while all is well.</summary>
    public KubernetesException? LastError { get; private set; }

    /// <summary>The object of that name, or null.</summary>
    public RawObject? Find(ObjectName name) => _objects.GetValueOrDefault(name);

    /// <summary>The object of that name as its type, or null.</summary>
    public T? Find<T>(ObjectName name)
        where T : class, ICustomResource => Find(name) is { } raw ? KubernetesClient.Typed<T>(raw) : null;

    /// <summary>Keeps the cache up to date until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_version is null)
                {
                    await ListAsync(cancellationToken);
                }

                if (await WatchAsync(cancellationToken))
                {
                    continue;
                }
            }
            catch (ResourceExpiredException e)
            {
                Log.Expired(logger, resource, e.Message);
                _version = null;
                LastError = e;
            }
            catch (KubernetesException e)
            {
                Log.Failed(logger, resource, e.Message);
                LastError = e;
            }

            await Task.Delay(_backoff.Next(), client.Transport.Time, cancellationToken);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var (found, version) = await ReadAllAsync(pageSize: 500, cancellationToken);
        foreach (var (name, old) in _objects)
        {
            if (!found.ContainsKey(name))
            {
                Apply(new WatchEvent(WatchEventType.Deleted, old));
            }
        }

        foreach (var item in found.Values)
        {
            Apply(new WatchEvent(WatchEventType.Modified, item));
        }

        _version = version;
        LastError = null;
        _synced.TrySetResult();
    }

    private async Task<(Dictionary<ObjectName, RawObject> Objects, string Version)> ReadAllAsync(int pageSize, CancellationToken cancellationToken)
    {
        var list = client.ListAsync(resource, new ListOptions
        {
            Namespace = options.Namespace,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            Limit = pageSize,
            RequireConsistent = true,
        });
        var found = new Dictionary<ObjectName, RawObject>();
        try
        {
            await foreach (var item in list.WithCancellation(cancellationToken))
            {
                found[item.Name] = item;
            }
        }
        catch (ResourceExpiredException) when (pageSize > 0)
        {
            // Pages outlived the server's memory. In one answer they cannot.
            return await ReadAllAsync(pageSize: 0, cancellationToken);
        }

        return (found, list.ResourceVersion);
    }

    /// <summary>Watches until the server ends it; true when it may go on at once, false when it ended suspiciously soon.</summary>
    private async Task<bool> WatchAsync(CancellationToken cancellationToken)
    {
        var began = client.Transport.Time.GetTimestamp();
        var quiet = true;
        // Spread, so that the watches of many programs do not end together.
        var timeout = TimeSpan.FromSeconds(Random.Shared.Next(300, 600));
        var watch = client.WatchAsync(resource, new WatchOptions
        {
            Namespace = options.Namespace,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            ResourceVersion = _version,
            Timeout = timeout,
        }, cancellationToken);
        await foreach (var next in watch)
        {
            Apply(next);
            _version = next.Object.Metadata.ResourceVersion;
            _backoff.Reset();
            LastError = null;
            quiet = false;
        }

        return !quiet || client.Transport.Time.GetElapsedTime(began) > TimeSpan.FromSeconds(1);
    }

    private void Apply(WatchEvent change)
    {
        var name = change.Object.Name;
        var previous = _objects.GetValueOrDefault(name);
        switch (change.Type)
        {
            case WatchEventType.Deleted when previous is not null:
                _objects.TryRemove(name, out _);
                handler(new InformerEvent(WatchEventType.Deleted, change.Object, previous));
                break;
            case WatchEventType.Added or WatchEventType.Modified when previous is null:
                _objects[name] = change.Object;
                handler(new InformerEvent(WatchEventType.Added, change.Object, null));
                break;
            case WatchEventType.Added or WatchEventType.Modified when previous.Metadata.Uid != change.Object.Metadata.Uid:
                // Deleted and made again while nobody watched: two objects, not one that changed.
                _objects.TryRemove(name, out _);
                handler(new InformerEvent(WatchEventType.Deleted, previous, previous));
                _objects[name] = change.Object;
                handler(new InformerEvent(WatchEventType.Added, change.Object, null));
                break;
            case WatchEventType.Added or WatchEventType.Modified when previous.Metadata.ResourceVersion != change.Object.Metadata.ResourceVersion:
                _objects[name] = change.Object;
                handler(new InformerEvent(WatchEventType.Modified, change.Object, previous));
                break;
            default:
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Listing {Resource} anew: {Error}")]
        public static partial void Expired(ILogger logger, GroupVersionResource resource, string error);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Keeping up with {Resource} failed, trying again: {Error}")]
        public static partial void Failed(ILogger logger, GroupVersionResource resource, string error);
    }
}
