using BackupServer.Abstractions.Plugins.DataMovers;

namespace BackupServer.Engine.Reporting;

/// <summary>Counts what a run has done and tells the observer. Safe for concurrent callers.</summary>
internal sealed class ProgressCounter(IRunObserver observer)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, VolumeProgress> _volumes = [];
    private RunProgress _current = new();

    public RunProgress Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    public void Enter(RunStage stage) => Change(current => current with { Stage = stage, CurrentResource = null });

    public void Found(int count) => Change(current => current with { TotalItems = current.TotalItems + count });

    public void Working(string resource) => Change(current => current with { CurrentResource = resource });

    public void Done() => Change(current => current with { ItemsDone = current.ItemsDone + 1 });

    /// <summary>Says what is waited for until the result is disposed.</summary>
    public IDisposable Waiting(string text)
    {
        Change(current => current with { Waits = [.. current.Waits, text] });
        return new Wait(this, text);
    }

    /// <summary>Takes what a copier says of one volume.</summary>
    public IProgress<VolumeProgress> ForVolume(string key) => new VolumeReceiver(this, key);

    private void Change(Func<RunProgress, RunProgress> change)
    {
        lock (_gate)
        {
            _current = change(_current);

            // In the lock, so that the observer sees progress in order.
            observer.OnProgress(_current);
        }
    }

    private void Take(string key, VolumeProgress progress) => Change(current =>
    {
        _volumes[key] = progress;
        return current with
        {
            TotalBytes = _volumes.Values.Sum(volume => Math.Max(volume.TotalBytes, volume.BytesDone)),
            BytesDone = _volumes.Values.Sum(volume => volume.BytesDone),
        };
    });

    private sealed class Wait(ProgressCounter counter, string text) : IDisposable
    {
        public void Dispose() => counter.Change(current => current with { Waits = [.. current.Waits.Where(other => !ReferenceEquals(other, text))] });
    }

    private sealed class VolumeReceiver(ProgressCounter counter, string key) : IProgress<VolumeProgress>
    {
        public void Report(VolumeProgress value) => counter.Take(key, value);
    }
}
