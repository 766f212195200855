namespace BackupServer.Kubernetes.Errors;

/// <summary>What a failure says about trying again.</summary>
internal enum FailureClass
{
    /// <summary>The answer will stay the same.</summary>
    Refusal,

    /// <summary>The server did nothing and wants to be asked later (429, or 503 with Retry-After). Any verb may be tried again.</summary>
    Overload,

    /// <summary>The connection was never made, so nothing was sent. Any verb may be tried again.</summary>
    NotSent,

    /// <summary>The server failed, or the connection broke after sending: the request may have been carried out. Idempotent verbs only.</summary>
    Unknown,
}
