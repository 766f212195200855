using System.Collections.Concurrent;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Kubernetes.Tests.Reconciling;

public sealed class ReconcileLoopTests
{
    [Fact]
    public async Task A_key_is_with_one_worker_at_a_time_and_failures_are_tried_again()
    {
        using var queue = new WorkQueue<string>(TimeProvider.System, TimeSpan.FromMilliseconds(1));
        var inside = new ConcurrentDictionary<string, int>();
        var runs = new ConcurrentDictionary<string, int>();
        var overlapped = false;
        var loop = new ReconcileLoop<string>(
            "test",
            queue,
            async (key, token) =>
            {
                overlapped |= inside.AddOrUpdate(key, 1, (_, n) => n + 1) > 1;
                await Task.Delay(1, token);
                inside.AddOrUpdate(key, 0, (_, n) => n - 1);
                var run = runs.AddOrUpdate(key, 1, (_, n) => n + 1);
                return run switch
                {
                    1 => throw new InvalidOperationException("first"),
                    2 => ReconcileResult.After(TimeSpan.FromMilliseconds(1)),
                    _ => ReconcileResult.Done,
                };
            },
            workers: 4,
            NullLogger.Instance);
        using var stop = new CancellationTokenSource();

        var running = loop.RunAsync(stop.Token);
        for (var i = 0; i < 50; i++)
        {
            queue.Add($"k{i % 5}");
        }

        await Eventually.TrueAsync(() => runs.Count == 5 && runs.Values.All(n => n >= 3), "three runs of each key");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(overlapped);
        Assert.All(runs.Keys, key => Assert.Equal(0, queue.Failures(key)));
    }
}
