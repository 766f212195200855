using BackupServer.Abstractions.Objects;

namespace BackupServer.Server.Runs;

/// <summary>The runs of this process, of one kind, at most so many at a time.</summary>
internal sealed class ActiveRuns(int limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectName, ActiveRun> _runs = [];

    /// <summary>Starts a run unless it is running or there is no room.</summary>
    /// <param name="name">The object whose run it is.</param>
    /// <param name="run">The work; its token is cancelled when the user stops it or the process stops leading.</param>
    /// <param name="ended">Called when it has ended, however it did.</param>
    /// <param name="leading">Cancelled when the process stops leading.</param>
    /// <returns>False when there is no room.</returns>
    public bool TryStart(ObjectName name, Func<RunTokens, Task> run, Action<ObjectName> ended, CancellationToken leading)
    {
        lock (_lock)
        {
            if (_runs.ContainsKey(name))
            {
                return true;
            }

            if (_runs.Count >= limit)
            {
                return false;
            }

            var stop = new CancellationTokenSource();
            var task = Task.Run(async () =>
            {
                try
                {
                    await run(new RunTokens(stop.Token, leading));
                }
                finally
                {
                    End(name);
                    ended(name);
                }
            }, CancellationToken.None); // Ends by its own tokens, so that its end is always seen.
            _runs.Add(name, new ActiveRun(task, stop));
            return true;
        }
    }

    /// <summary>Whether a run of that object is under way in this process.</summary>
    public bool IsRunning(ObjectName name)
    {
        lock (_lock)
        {
            return _runs.ContainsKey(name);
        }
    }

    /// <summary>Tells a run to stop and keep nothing; it ends later. Nothing happens when there is none.</summary>
    public void Stop(ObjectName name)
    {
        lock (_lock)
        {
            if (_runs.TryGetValue(name, out var run))
            {
                run.Stop.Cancel();
            }
        }
    }

    /// <summary>Waits until every run has ended.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_runs.Values.Select(r => r.Task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)));
        }
    }

    private void End(ObjectName name)
    {
        lock (_lock)
        {
            if (_runs.Remove(name, out var run))
            {
                run.Stop.Dispose();
            }
        }
    }

    private sealed record ActiveRun(Task Task, CancellationTokenSource Stop);
}
