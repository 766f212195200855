using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>One node: its Node object and Lease, and a worker for every Pod bound to it.</summary>
internal sealed class Kubelet : IController
{
    private const string LeaseNamespace = "kube-node-lease";
    private const string Leases = "leases.coordination.k8s.io";
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly ControllerContext _context;
    private readonly KubeletContext _node;
    private readonly int _index;
    private readonly ConcurrentDictionary<string, (PodWorker Worker, Task Running)> _workers = new(StringComparer.Ordinal);
    private int _addresses;

    /// <param name="context">What it shares with the controllers.</param>
    /// <param name="guard">Ends the processes when we end.</param>
    /// <param name="index">Number of the node, from 1.</param>
    public Kubelet(ControllerContext context, ChildGuard guard, int index)
    {
        _context = context;
        _index = index;
        NodeName = $"node-{index}";
        var client = context.ClientFor("kubelet");
        var layout = new KubeletLayout(context.Paths.Node(NodeName));
        _node = new KubeletContext(
            NodeName, "127.0.0.1", client, new EventRecorder(client, context.Time, "kubelet", NodeName), layout,
            new PodVolumes(layout, client, context), guard, context.Time, context.Logger);
    }

    public string NodeName { get; }

    public string Name => $"kubelet-{NodeName}";

    public KubeletLayout Layout => _node.Layout;

    public ChildGuard Guard => _node.Guard;

    /// <summary>The worker of a Pod on this node.</summary>
    public PodWorker? Find(string podUid) => _workers.TryGetValue(podUid, out var entry) ? entry.Worker : null;

    public async Task RunAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(_node.Layout.Root);
        await RegisterAsync(ct);
        using var subscription = _context.Feed.Subscribe(["pods"], change => OnPod(change, ct));
        try
        {
            while (true)
            {
                await Task.Delay(Heartbeat, _context.Time, ct);
                await RenewAsync(ct);
            }
        }
        finally
        {
            await Task.WhenAll(_workers.Values.Select(entry => entry.Running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _workers.Clear();
        }
    }

    private void OnPod(ObjectChange change, CancellationToken ct)
    {
        if (_workers.TryGetValue(change.Uid, out var known))
        {
            if (change.Deleted)
            {
                known.Worker.Abandon();
                // Known until it has ended, so that the node does not stop before it.
                var uid = change.Uid;
                _ = known.Running.ContinueWith(
                    _ => _workers.TryRemove(uid, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            else
            {
                known.Worker.Wake();
            }

            return;
        }

        if (change.Deleted || ct.IsCancellationRequested || change.Object.Text("spec", "nodeName") != NodeName) return;
        var worker = new PodWorker(_node, (JsonObject)change.Object.DeepClone(), change.Object.Text("status", "podIP") ?? NextAddress());
        _workers[change.Uid] = (worker, Task.Run(() => worker.RunAsync(ct), CancellationToken.None));
    }

    private string NextAddress()
    {
        var next = Interlocked.Increment(ref _addresses);
        // A /16 of 10.128.0.0/9 for every node; the first address of it is the node's own.
        return $"10.{128 + (_index % 127)}.{(next / 254) % 256}.{(next % 254) + 1}";
    }

    private async Task RegisterAsync(CancellationToken ct)
    {
        if (_node.Client.Get("nodes", null, NodeName) is null) await _node.Client.CreateAsync("nodes", null, NodeObjects.Node(NodeName), ct);
        await _node.Client.ChangeAsync("nodes", null, NodeName, "status", node => NodeObjects.WriteStatus(node, _node.HostIp, _context.Time.GetUtcNow()), ct);
        await RenewAsync(ct);
    }

    private async Task RenewAsync(CancellationToken ct)
    {
        if (_node.Client.Get("nodes", null, NodeName) is not { } node) return;
        var now = _context.Time.GetUtcNow();
        var renewed = await _node.Client.ChangeAsync(Leases, LeaseNamespace, NodeName, "", lease => lease.Ensure("spec")["renewTime"] = now.MicroStamp(), ct);
        if (renewed is null) await _node.Client.CreateAsync(Leases, LeaseNamespace, NodeObjects.Lease(node, now), ct);
    }
}
