namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>The client broke the protocol in a way after which the session cannot go on.</summary>
internal sealed class SpdyException(string message) : Exception(message);
