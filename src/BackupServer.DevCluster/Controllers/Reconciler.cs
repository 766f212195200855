using BackupServer.DevCluster.Cluster;

namespace BackupServer.DevCluster.Controllers;

/// <summary>
/// A controller in its usual form: changes become keys, one worker takes a key at a time and makes the world right for it,
/// reading everything anew. A key that fails comes back with backoff.
/// </summary>
internal abstract class Reconciler(ControllerContext context, string name) : IController
{
    private readonly WorkQueue<ObjectKey> _queue = new(context.Time);

    /// <inheritdoc />
    public string Name => name;

    protected ControllerContext Context => context;

    protected IObjectClient Client { get; } = context.ClientFor(name);

    protected TimeProvider Time => context.Time;

    protected EventRecorder Events => field ??= new EventRecorder(Client, Time, name);

    /// <summary>The resources whose changes wake this controller; null for every resource there is and will be.</summary>
    protected abstract IReadOnlyCollection<string>? Watched { get; }

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken ct)
    {
        using var subscription = context.Feed.Subscribe(Watched, change =>
        {
            foreach (var key in KeysOf(change)) _queue.Add(key);
        });
        using var closing = ct.Register(_queue.Close);
        while (!ct.IsCancellationRequested)
        {
            var key = await _queue.TakeAsync(ct);
            var failed = false;
            try
            {
                if (await ReconcileAsync(key, ct) is { } again) _queue.AddAfter(key, again);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                failed = true;
                context.Logger.LogDebug(exception, "{Controller} will try {Key} again", name, key);
            }

            _queue.Done(key, failed);
        }
    }

    /// <summary>The keys a change concerns. Called on the feed's thread, one change after another: it must not wait.</summary>
    protected abstract IEnumerable<ObjectKey> KeysOf(ObjectChange change);

    /// <summary>Makes things right for the key. A time span asks to be called again after it.</summary>
    protected abstract Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken);

    protected void Enqueue(ObjectKey key) => _queue.Add(key);
}
