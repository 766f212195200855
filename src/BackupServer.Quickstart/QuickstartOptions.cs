namespace BackupServer.Quickstart;

/// <summary>What the quickstart is asked to do.</summary>
public sealed record QuickstartOptions
{
    /// <summary>Directory for clusters, volumes, logs and the default location; emptied of earlier runs of ours only.</summary>
    public required string Data { get; init; }

    /// <summary>Where backups are kept, as a URL of an object store plugin.</summary>
    public required string Location { get; init; }

    /// <summary>Directory with the manifests of the application.</summary>
    public required string Manifests { get; init; }

    /// <summary>Whether everything is left running at the end.</summary>
    public bool Keep { get; init; }
}
