namespace BackupServer.Kubernetes.Errors;

/// <summary>What a <see cref="Status"/> is about.</summary>
public sealed record StatusDetails
{
    /// <summary>Name of the object.</summary>
    public string Name { get; init; } = "";

    /// <summary>API group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Kind or resource, as the server puts it.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Unique id of the object.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Every single problem.</summary>
    public IReadOnlyList<StatusCause> Causes { get; init; } = [];

    /// <summary>Seconds to wait before asking again; 0 when the server says none.</summary>
    public int RetryAfterSeconds { get; init; }
}
