using System.CommandLine;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Restores;

/// <summary><c>restore logs</c>: what a restore did, and when.</summary>
internal static class RestoreLogsCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the restore" };
        var json = new Option<bool>("--json") { Description = "as it is stored: one JSON object a line" };
        var serverNamespace = new Option<string?>("--server-namespace") { Description = "namespace of the location (default: the restore's, or the server's usual one)", HelpName = "NS" };
        var command = new VerbCommand("logs", "Prints the log of a restore, read from the location of its backup; where there is none, its messages.", ExitCodes.NotFound, ExitCodes.WrongPassword) { name, json, serverNamespace };
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, parsed.GetValue(name)!, parsed.GetValue(serverNamespace), parsed.GetValue(json), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, string name, string? serverNamespace, bool json, CancellationToken cancellationToken)
    {
        var restore = await ObjectKind<Restore>.RequireAsync(cluster, name, cancellationToken);
        if (restore.Status?.ValidationErrors is null or [] && await RestoreLogs.WriteAsync(cluster, restore, serverNamespace, json, cancellationToken) is { } reason)
        {
            await cluster.Terminal.Error.WriteLineAsync($"there is no log of restore \"{name}\": {reason}. These are its messages:");
            await WriteAllAsync(cluster, restore.Status?.Messages);
        }

        await WriteAllAsync(cluster, restore.Status?.ValidationErrors);
        return ExitCodes.Ok;
    }

    private static async Task WriteAllAsync(Cluster cluster, List<string>? lines)
    {
        foreach (var line in lines ?? [])
        {
            await cluster.Terminal.Out.WriteLineAsync(line);
        }
    }
}
