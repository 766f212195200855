namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>Why a stream is ended by RST_STREAM.</summary>
internal enum ResetStatus
{
    ProtocolError = 1,
    InvalidStream = 2,
    RefusedStream = 3,
    StreamAlreadyClosed = 9,
}
