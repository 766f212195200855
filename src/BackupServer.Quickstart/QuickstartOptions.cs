namespace BackupServer.Quickstart;

/// <summary>What the quickstart is asked to do.</summary>
public sealed record QuickstartOptions
{
    /// <summary>Directory for clusters, volumes, logs and the default location.</summary>
    public required string Data { get; init; }

    /// <summary>Where backups are kept, as a URL of an object store plugin.</summary>
    public required string Location { get; init; }
}
