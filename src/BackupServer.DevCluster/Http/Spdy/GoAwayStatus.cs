namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>Why a session is ended by GOAWAY.</summary>
internal enum GoAwayStatus
{
    Ok = 0,
    ProtocolError = 1,
}
