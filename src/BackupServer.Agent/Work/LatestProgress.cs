using BackupServer.Abstractions.Plugins.DataMovers;

namespace BackupServer.Agent.Work;

/// <summary>Keeps the last progress that was reported.</summary>
internal sealed class LatestProgress : IProgress<VolumeProgress>
{
    private readonly Lock _lock = new();
    private VolumeProgress _value;

    /// <summary>The last report.</summary>
    public VolumeProgress Value
    {
        get
        {
            lock (_lock)
            {
                return _value;
            }
        }
    }

    /// <inheritdoc/>
    public void Report(VolumeProgress value)
    {
        lock (_lock)
        {
            _value = value;
        }
    }
}
