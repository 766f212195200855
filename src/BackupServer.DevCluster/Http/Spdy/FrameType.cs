namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>What a frame is; control frames carry the number.</summary>
internal enum FrameType
{
    /// <summary>No control frame: it carries content.</summary>
    Data = 0,
    SynStream = 1,
    SynReply = 2,
    RstStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    Headers = 8,
    WindowUpdate = 9,
}
