namespace BackupServer.Engine.Clusters;

/// <summary>A read was refused, or the cluster does not answer.</summary>
/// <param name="message">What was tried, what came back, and what to do.</param>
/// <param name="status">HTTP status; 0 when there was no answer.</param>
/// <param name="reason">Machine-readable reason, for example <c>Forbidden</c>; empty when there was none.</param>
/// <param name="innerException">The client's own error.</param>
public sealed class ClusterException(string message, int status = 0, string reason = "", Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int Status { get; } = status;

    /// <summary>Machine-readable reason; empty when there was none.</summary>
    public string Reason { get; } = reason;
}
