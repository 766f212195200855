namespace BackupServer.DevCluster.Nodes;

/// <summary>Where what a command prints goes to.</summary>
internal enum ExecOutput
{
    Output,
    Error,
}
