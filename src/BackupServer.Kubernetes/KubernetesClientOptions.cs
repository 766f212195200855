namespace BackupServer.Kubernetes;

/// <summary>How patient the client is.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>Attempts in all for a broken connection or a failing server. Default 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Attempts in all for a server that asks to come back later. Default 10.</summary>
    public int OverloadAttempts { get; init; } = 10;

    /// <summary>Pause before the second attempt; doubled each time, with jitter. Default 200 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait for an answer's headers, and for a whole small answer. Default 90 s: the server gives up after 60.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Longest silence in the middle of a list. Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests that may wait for an answer at once, at first. Default 16.</summary>
    public int InitialConcurrency { get; init; } = 16;

    /// <summary>Upper bound of the same, however willing the server. Default 256.</summary>
    public int MaxConcurrency { get; init; } = 256;
}
