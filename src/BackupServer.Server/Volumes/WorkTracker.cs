using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Watch;

namespace BackupServer.Server.Volumes;

/// <summary>Lets runs wait for their work units: one informer for all of them, one signal for each.</summary>
/// <typeparam name="T">VolumeBackup or VolumeRestore.</typeparam>
internal sealed class WorkTracker<T>
    where T : class, ICustomResource
{
    private readonly ConcurrentDictionary<ObjectName, Channel<T?>> _waiters = new();
    private readonly Informer _informer;

    public WorkTracker(KubernetesClient client, string ns, ILogger logger)
    {
        var options = new InformerOptions { Namespace = ns };
        _informer = new Informer(client, CustomResourceAttribute.Of(typeof(T)).Resource, options, OnEvent, logger);
    }

    /// <summary>Keeps up with the cluster until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _informer.RunAsync(cancellationToken);

    /// <summary>Every state of a unit from now on; null once it is deleted. States may be skipped, never the last one.</summary>
    public async IAsyncEnumerable<T?> FollowAsync(ObjectName name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<T?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        if (!_waiters.TryAdd(name, channel))
        {
            throw new InvalidOperationException($"{typeof(T).Name} {name} is waited for twice.");
        }

        try
        {
            if (_informer.Find<T>(name) is { } known)
            {
                channel.Writer.TryWrite(known);
            }

            await foreach (var state in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return state;
            }
        }
        finally
        {
            _waiters.TryRemove(name, out _);
        }
    }

    private void OnEvent(InformerEvent change)
    {
        if (_waiters.TryGetValue(change.Object.Name, out var waiter))
        {
            waiter.Writer.TryWrite(change.Type == WatchEventType.Deleted ? null : KubernetesClient.Typed<T>(change.Object));
        }
    }
}
