namespace BackupServer.Cli.Output;

/// <summary>How objects are printed.</summary>
internal enum OutputFormat
{
    Table,
    Wide,
    Json,
    Yaml,
    Name,
}
