using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Clusters;

/// <summary>Answer of the API server to a write.</summary>
public sealed record WriteResult
{
    /// <summary>Class of the answer.</summary>
    public required WriteOutcome Outcome { get; init; }

    /// <summary>The object as it is afterwards; null when the answer holds none.</summary>
    public RawObject? Object { get; init; }

    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>Machine-readable reason, for example <c>Invalid</c>; empty when done.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The API server's own words; empty when done.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether it is done.</summary>
    public bool IsDone => Outcome == WriteOutcome.Done;

    /// <summary>An answer that it is done.</summary>
    public static WriteResult Done(RawObject? content) => new() { Outcome = WriteOutcome.Done, Object = content, Status = 200 };

    /// <summary>An answer that it is not done, classed by status and reason as the API server gives them.</summary>
    public static WriteResult Failed(int status, string reason, string message) => new()
    {
        Outcome = status switch
        {
            404 => WriteOutcome.NotFound,
            409 when reason == "AlreadyExists" => WriteOutcome.AlreadyExists,
            409 => WriteOutcome.Conflict,
            _ => WriteOutcome.Refused,
        },
        Status = status,
        Reason = reason,
        Message = message,
    };
}
