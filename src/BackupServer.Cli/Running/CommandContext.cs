namespace BackupServer.Cli.Running;

/// <summary>What every command is given when it is declared.</summary>
/// <param name="Terminal">Where it reads and writes.</param>
/// <param name="Time">Clock.</param>
/// <param name="Cluster">Options that say which cluster is meant.</param>
internal sealed record CommandContext(Terminal Terminal, TimeProvider Time, ClusterOptions Cluster);
