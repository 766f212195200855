using System.CommandLine;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Restores;

/// <summary><c>restore logs</c>: what the server says about a restore.</summary>
internal static class RestoreLogsCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the restore" };
        var command = new VerbCommand("logs", "Prints the messages of a restore, errors first; of a dry run, the plan.", ExitCodes.NotFound) { name };
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, parsed.GetValue(name)!, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, string name, CancellationToken cancellationToken)
    {
        var restore = await ObjectKind<Restore>.RequireAsync(cluster, name, cancellationToken);
        foreach (var line in (restore.Status?.ValidationErrors ?? []).Concat(restore.Status?.Messages ?? []))
        {
            await cluster.Terminal.Out.WriteLineAsync(line);
        }

        return ExitCodes.Ok;
    }
}
