using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Watch;

namespace BackupServer.Server.Reconcilers;

/// <summary>Brings one kind's objects in order: an informer feeds a queue of names, and the reconciler looks at one name at a time.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class Controller<T> : IDisposable
    where T : class, ICustomResource
{
    private const int Workers = 4;

    private readonly WorkQueue<ObjectName> _queue;
    private readonly Informer _informer;
    private readonly ReconcileLoop<ObjectName> _loop;

    /// <summary>Makes a controller; nothing runs yet.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="ns">Namespace to watch; null for all.</param>
    /// <param name="reconcile">Looks at one object by its name; it reads what it needs, for the informer may lag behind.</param>
    /// <param name="time">Clock of delays.</param>
    /// <param name="logger">Where failures go.</param>
    public Controller(KubernetesClient client, string? ns, Func<ObjectName, CancellationToken, Task<ReconcileResult>> reconcile, TimeProvider time, ILogger logger)
    {
        var kind = CustomResourceAttribute.Of(typeof(T));
        _queue = new WorkQueue<ObjectName>(time, longestPause: TimeSpan.FromSeconds(30));
        _informer = new Informer(client, kind.Resource, new InformerOptions { Namespace = ns }, change => _queue.Add(change.Object.Name), logger);
        _loop = new ReconcileLoop<ObjectName>(kind.Kind, _queue, reconcile, Workers, logger);
    }

    /// <summary>Wants a name looked at.</summary>
    public void Enqueue(ObjectName name) => _queue.Add(name);

    /// <summary>Wants every known object looked at.</summary>
    public void EnqueueAll()
    {
        foreach (var known in _informer.Objects)
        {
            _queue.Add(known.Name);
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_informer.RunAsync(cancellationToken), _loop.RunAsync(cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();
}
