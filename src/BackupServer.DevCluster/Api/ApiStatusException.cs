using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Api;

/// <summary>A request that is answered with a Kubernetes Status instead of an object. Carries the whole Status.</summary>
internal sealed class ApiStatusException : Exception
{
    public ApiStatusException(int code, string reason, string message, JsonObject? details = null)
        : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
    }

    /// <summary>HTTP status code.</summary>
    public int Code { get; }

    /// <summary>Machine-readable reason, such as <c>NotFound</c>; empty for none.</summary>
    public string Reason { get; }

    /// <summary>status.details, or null.</summary>
    public JsonObject? Details { get; }

    /// <summary>Value of a Retry-After header in seconds, or null.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>A token in the Status' metadata with which an expired list can go on, or null.</summary>
    public string? Continue { get; init; }

    /// <summary>The Status object. A fresh tree at each call.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue is null ? new JsonObject() : new JsonObject { ["continue"] = Continue },
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
        {
            status["reason"] = Reason;
        }

        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }
}
