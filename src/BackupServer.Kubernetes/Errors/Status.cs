namespace BackupServer.Kubernetes.Errors;

/// <summary>What the API server says when it refuses or fails (<c>v1.Status</c>).</summary>
public sealed record Status
{
    /// <summary><c>Success</c> or <c>Failure</c>; the answer's field is <c>status</c>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("status")]
    public string Outcome { get; init; } = "";

    /// <summary>Text for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>One word for machines, for example <c>Conflict</c>; empty where the server gives none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>HTTP status code, repeated.</summary>
    public int Code { get; init; }

    /// <summary>What it is about.</summary>
    public StatusDetails? Details { get; init; }

    /// <summary>List metadata; <c>continue</c> is set where a list can go on inconsistently.</summary>
    public StatusMetadata? Metadata { get; init; }
}
