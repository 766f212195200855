using BackupServer.Abstractions.Objects;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.Kubernetes.Watch;

namespace BackupServer.EndToEnd.Tests.Kills;

/// <summary>A moment of a run at which a process is killed: chosen by a seed, told by what the run's object shows.</summary>
internal sealed class Moment
{
    private readonly string? _phase;
    private readonly int _changes;
    private readonly TimeSpan _delay;

    private Moment(string? phase, int changes, TimeSpan delay)
    {
        _phase = phase;
        _changes = changes;
        _delay = delay;
    }

    /// <summary>The moment of a seed: right after a phase appears, after a number of changes, or after a time.</summary>
    public static Moment Of(int seed, IReadOnlyList<string> phases)
    {
        var random = new Random(seed);
        return (seed % 3) switch
        {
            0 => new Moment(phases[random.Next(phases.Count)], 0, TimeSpan.Zero),
            1 => new Moment(null, random.Next(2, 6), TimeSpan.Zero),
            _ => new Moment(null, 0, TimeSpan.FromMilliseconds(random.Next(0, 1500))),
        };
    }

    public override string ToString() => _phase is not null ? $"when it is {_phase}" : _changes > 0 ? $"after {_changes} changes" : $"{_delay.TotalMilliseconds:0} ms after its creation";

    /// <summary>Waits for the moment; the run's end is one too, when it was faster.</summary>
    public async Task WaitAsync(TestCluster cluster, GroupVersionResource resource, RawObject created)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestCluster.Ct);
        if (_phase is null && _changes == 0)
        {
            enough.CancelAfter(_delay);
        }

        var seen = 0;
        try
        {
            var options = new WatchOptions { Namespace = created.Metadata.Namespace, FieldSelector = $"metadata.name={created.Metadata.Name}", ResourceVersion = created.Metadata.ResourceVersion };
            await foreach (var change in cluster.Client.WatchAsync(resource, options, enough.Token))
            {
                if (change.Type == WatchEventType.Bookmark)
                {
                    continue;
                }

                var status = change.Object.ToNode()["status"];
                seen++;
                if (status?["completionTimestamp"] is not null || (_phase is not null && (string?)status?["phase"] == _phase) || (_changes > 0 && seen >= _changes))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!TestCluster.Ct.IsCancellationRequested)
        {
            // The time has passed.
        }
    }
}
