namespace BackupServer.Cli.Running;

/// <summary>A command cannot do what it was asked. The message says what was tried, what came back and what to do.</summary>
internal sealed class CommandException(string message, int exitCode = ExitCodes.Error, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the program returns.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Options or arguments that do not fit together.</summary>
    public static CommandException Usage(string message) => new(message, ExitCodes.Usage);

    /// <summary>Something named that is not there.</summary>
    public static CommandException NotFound(string message) => new(message, ExitCodes.NotFound);
}
