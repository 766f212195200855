namespace BackupServer.Kubernetes.Transport;

/// <summary>A successful answer that was read whole.</summary>
internal sealed record ApiResponse(byte[] Body, string ContentType);
