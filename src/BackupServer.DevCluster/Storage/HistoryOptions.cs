namespace BackupServer.DevCluster.Storage;

/// <summary>How much history the store keeps for watches and lists at older revisions.</summary>
internal sealed record HistoryOptions
{
    /// <summary>Age after which a write may be forgotten (an API server compacts its store every five minutes).</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Number of writes kept at most.</summary>
    public int MaxEvents { get; init; } = 500_000;
}
