namespace BackupServer.DevCluster.Storage;

/// <summary>The objects of one resource with their history. Guarded by the store's lock, the change signal apart.</summary>
internal sealed class Bucket(string name)
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Group and resource.</summary>
    public string Name { get; } = name;

    public SortedKeys Keys { get; } = new();

    /// <summary>Kept events, oldest first.</summary>
    public List<StoreEvent> Log { get; } = [];

    /// <summary>How many events were dropped from the front of <see cref="Log"/> over time, and are not in it.</summary>
    public int LogStart { get; private set; }

    /// <summary>Live objects.</summary>
    public int LiveCount { get; set; }

    /// <summary>Completes at the next write.</summary>
    public Task Changed => _changed.Task;

    public void Append(StoreEvent change)
    {
        Log.Add(change);
        var signal = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        signal.SetResult();
    }

    /// <summary>Index in <see cref="Log"/> of the first kept event after a revision.</summary>
    public int FirstAfter(long revision)
    {
        int low = LogStart, high = Log.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Log[middle].Revision <= revision)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Drops the oldest event; the list is compacted now and then, so that this is cheap.</summary>
    public void DropOldest()
    {
        Log[LogStart] = null!;
        LogStart++;
        if (LogStart > 1024 && LogStart * 2 > Log.Count)
        {
            Log.RemoveRange(0, LogStart);
            LogStart = 0;
        }
    }
}
