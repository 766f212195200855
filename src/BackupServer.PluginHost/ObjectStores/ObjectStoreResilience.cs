namespace BackupServer.PluginHost.ObjectStores;

/// <summary>How patient the host is with an object store.</summary>
public sealed record ObjectStoreResilience
{
    /// <summary>Delay before the second attempt; doubles with each further one, with jitter.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>No delay is longer than this.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>No attempt is begun later than this after the first one; the last error is reported then.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one attempt may take, besides the time for its bytes. In a listing, how long the next object may take.</summary>
    public TimeSpan AttemptLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The slowest transfer that is still waited for: one attempt's limit grows by its bytes divided by this.</summary>
    public long LeastBytesPerSecond { get; init; } = 256 << 10;

    /// <summary>The limit of one attempt that moves this many bytes.</summary>
    public TimeSpan LimitFor(long bytes) => AttemptLimit + TimeSpan.FromSeconds((double)bytes / LeastBytesPerSecond);
}
