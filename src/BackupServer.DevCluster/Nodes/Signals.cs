namespace BackupServer.DevCluster.Nodes;

/// <summary>Signal numbers of Linux.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
}
