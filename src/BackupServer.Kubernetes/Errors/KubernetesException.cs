using System.Net;

namespace BackupServer.Kubernetes.Errors;

/// <summary>
/// The API server refused or could not be talked to. The message says what was tried, quotes the server and says what to do
/// where that is known.
/// </summary>
public class KubernetesException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>HTTP status of the answer; null when there was none.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The server's Status; null when the answer held none.</summary>
    public Status? Status { get; init; }

    /// <summary>How long the server asks to wait before trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Kinds of failure that decide about retries.</summary>
    internal FailureClass Class { get; init; } = FailureClass.Refusal;

    /// <summary>The server's one-word reason, for example <c>Conflict</c>; empty when it gave none.</summary>
    public string Reason => Status?.Reason ?? "";

    /// <summary>The object, its namespace or the resource is not there (404).</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>The object was changed by somebody else, or a precondition does not hold (409 Conflict).</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && Reason != "AlreadyExists";

    /// <summary>An object of that name exists (409 AlreadyExists).</summary>
    public bool IsAlreadyExists => StatusCode == HttpStatusCode.Conflict && Reason == "AlreadyExists";

    /// <summary>The resourceVersion or continue token is too old (410).</summary>
    public bool IsExpired => StatusCode == HttpStatusCode.Gone || Reason is "Expired" or "Gone";

    /// <summary>The user may not do this (403).</summary>
    public bool IsForbidden => StatusCode == HttpStatusCode.Forbidden;

    /// <summary>The server does not know the user (401).</summary>
    public bool IsUnauthorized => StatusCode == HttpStatusCode.Unauthorized;

    /// <summary>The object is not valid (422).</summary>
    public bool IsInvalid => StatusCode == HttpStatusCode.UnprocessableEntity;

    /// <summary>Trying the same later may succeed: overload, a failing server, or a broken connection. Retries in place were already made.</summary>
    public bool IsTransient => Class != FailureClass.Refusal;
}
