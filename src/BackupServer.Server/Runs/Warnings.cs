namespace BackupServer.Server.Runs;

internal static partial class Warnings
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The progress of a run is not written any more: {Error}")]
    public static partial void ProgressNotWritten(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of restore {Restore} could not be kept in its location; its status has the messages: {Error}")]
    public static partial void LogNotKept(ILogger logger, string restore, string error);
}
