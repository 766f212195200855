using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using BackupServer.Cli.Commands.Backups;
using BackupServer.Cli.Commands.Install;
using BackupServer.Cli.Commands.Locations;
using BackupServer.Cli.Commands.Repositories;
using BackupServer.Cli.Commands.Restores;
using BackupServer.Cli.Commands.Schedules;
using BackupServer.Cli.Commands.Shell;

namespace BackupServer.Cli.Running;

/// <summary>The program: arguments in, exit code out.</summary>
internal static class Backupctl
{
    // A leading @ is a schedule such as @daily, never a file with more arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs one command until it ends or the process is asked to stop. Every error ends here.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, TimeProvider time, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var parsed = Root(new CommandContext(terminal, time, new ClusterOptions())).Parse(arguments, Parsing);
        if (parsed.Errors.Count > 0 && parsed.Action is not { ClearsParseErrors: true })
        {
            return WrongUsage(parsed, terminal);
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                // Signals are taken above, so that every command ends in its own way and with 130.
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, stop.Token);
        }
        catch (Exception e) when (ExitCodes.Of(e) is not null)
        {
            await terminal.Error.WriteLineAsync(e is OperationCanceledException ? "interrupted" : $"error: {e.Message}");
            return ExitCodes.Of(e)!.Value;
        }

        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>All commands.</summary>
    public static RootCommand Root(CommandContext context)
    {
        var root = new RootCommand("Backs up, restores and moves applications on Kubernetes.")
        {
            BackupCommands.Create(context),
            ScheduleCommands.Create(context),
            RestoreCommands.Create(context),
            LocationCommands.Create(context),
            RepositoryCommands.Create(context),
            InstallCommand.Create(context),
            VersionCommand.Create(context),
            CompletionCommand.Create(context),
        };
        root.HelpName = "backupctl";
        context.Cluster.AddTo(root);
        // The version is a command, which also tells the server's.
        root.Options.Remove(root.Options.First(static option => option is VersionOption));
        var help = root.Options.OfType<HelpOption>().First();
        help.Aliases.Remove("/h");
        help.Aliases.Remove("/?");
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return root;
    }

    private static int WrongUsage(ParseResult parsed, Terminal terminal)
    {
        foreach (var error in parsed.Errors)
        {
            terminal.Error.WriteLine($"error: {UsageErrors.InWords(error)}");
        }

        var path = parsed.CommandResult.Command;
        var words = new List<string>();
        for (Symbol? symbol = path; symbol is Command and not RootCommand; symbol = symbol.Parents.FirstOrDefault())
        {
            words.Insert(0, symbol.Name);
        }

        terminal.Error.WriteLine($"See 'backupctl {string.Join(' ', words.Append("--help"))}'.");
        return ExitCodes.Usage;
    }
}
