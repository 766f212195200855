namespace BackupServer.Kubernetes.Watch;

/// <summary>Carries the Status of an ERROR event to where the request is known.</summary>
internal sealed class WatchErrorException(ReadOnlyMemory<byte> status) : Exception("The server sent an ERROR event.")
{
    public ReadOnlyMemory<byte> Status { get; } = status;
}
