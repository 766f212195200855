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

    private static readonly (string Name, Func<CommandContext, string?, Command> Create)[] Nouns =
    [
        ("backup", static (context, _) => BackupCommands.Create(context)),
        ("schedule", static (context, _) => ScheduleCommands.Create(context)),
        ("restore", static (context, _) => RestoreCommands.Create(context)),
        ("location", static (context, _) => LocationCommands.Create(context)),
        ("repository", static (context, verb) => RepositoryCommands.Create(context, verb)),
        ("install", static (context, _) => InstallCommand.Create(context)),
        ("version", static (context, _) => VersionCommand.Create(context)),
        ("completion", static (context, _) => CompletionCommand.Create(context)),
    ];

    /// <summary>Runs one command until it ends or the process is asked to stop. Every error ends here.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, TimeProvider time, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var parsed = Parse(arguments, new CommandContext(terminal, time, new ClusterOptions()));
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
    public static RootCommand Root(CommandContext context) => Root(context, []);

    // To declare every command takes longer than to run one: first only what the first words name, and all of them when that did not fit.
    private static ParseResult Parse(IReadOnlyList<string> arguments, CommandContext context)
    {
        var parsed = Root(context, arguments).Parse(arguments, Parsing);
        return parsed.Errors.Count == 0 ? parsed : Root(context with { Cluster = new ClusterOptions() }).Parse(arguments, Parsing);
    }

    /// <summary>The commands that the first words of a command line name, or all where they name none.</summary>
    public static RootCommand Root(CommandContext context, IReadOnlyList<string> arguments)
    {
        var root = new RootCommand("Backs up, restores and moves applications on Kubernetes.");
        var noun = arguments.Count > 0 ? Nouns.Where(known => known.Name == arguments[0]).ToList() : [];
        foreach (var (_, create) in noun.Count > 0 ? noun : [.. Nouns])
        {
            root.Add(create(context, noun.Count > 0 ? arguments.ElementAtOrDefault(1) : null));
        }

        root.HelpName = "backupctl";
        if (noun is not [{ Name: "repository" }])
        {
            // What works without a cluster has no options for one.
            context.Cluster.AddTo(root);
        }

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
