namespace BackupServer.Server.Runs;

internal static partial class Warnings
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The progress of a run is not written any more: {Error}")]
    public static partial void ProgressNotWritten(ILogger logger, string error);
}
