namespace BackupServer.DevCluster.Http.Protobuf;

/// <summary>How a value is written in protocol buffers.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}
