namespace BackupServer.Repository.Pruning;

/// <summary>How hard to try. A prune that leaves more behind moves less.</summary>
public sealed record PruneOptions
{
    /// <summary>Unused bytes that may stay, as a part of what is used. Default 5 %.</summary>
    public double MaximumUnused { get; init; } = 0.05;

    /// <summary>Unused bytes that may stay, whatever is used; null leaves it to <see cref="MaximumUnused"/>.</summary>
    public long? MaximumUnusedBytes { get; init; }

    /// <summary>Only packs with trees, which a cache may hold, are written anew: nothing is read from a slow store.</summary>
    public bool RepackTreesOnly { get; init; }

    /// <summary>Hears of every pack that is written anew or removed and of each new stage, from any thread.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>Bytes of packs that may be written anew at most; what is not reached now is for the next prune.</summary>
    public long MaximumRepack { get; init; } = long.MaxValue;

    /// <summary>Packs of a type that are smaller than <see cref="SmallPackSize"/> are merged from this many on.</summary>
    public int SmallPackCount { get; init; } = 10;

    /// <summary>What counts as a small pack. Default 4 MiB.</summary>
    public long SmallPackSize { get; init; } = 4 << 20;

    /// <summary>Age of unfinished files of dead writers that are removed at the end.</summary>
    public TimeSpan LeftoverAge { get; init; } = TimeSpan.FromDays(1);
}
