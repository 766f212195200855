using System.CommandLine;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup logs</c>: the log of the run, from the location.</summary>
internal static class BackupLogsCommand
{
    public static Command Create(CommandContext context)
    {
        var contents = new ContentsOptions();
        var json = new Option<bool>("--json") { Description = "as it is stored: one JSON object a line" };
        var command = new VerbCommand("logs", "Prints the log of a backup, read from its location.", ExitCodes.NotFound, ExitCodes.WrongPassword) { json };
        contents.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, contents.Name(parsed), contents.ServerNamespace(parsed), parsed.GetValue(json), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, string name, string? serverNamespace, bool json, CancellationToken cancellationToken)
    {
        var backup = await ObjectKind<Backup>.RequireAsync(cluster, name, cancellationToken);
        if (backup.Status is { SnapshotId: null or "" } status && BackupWait.IsFinal(status.Phase))
        {
            // A log is part of what a backup keeps; one that kept nothing has its messages.
            await cluster.Terminal.Error.WriteLineAsync($"backup \"{name}\" is {status.Phase} and kept nothing, so there is no log; these are its messages:");
            foreach (var message in (status.ValidationErrors ?? []).Concat(status.Messages ?? []))
            {
                await cluster.Terminal.Out.WriteLineAsync(message);
            }

            return ExitCodes.Ok;
        }

        await using var contents = await BackupContents.OpenAsync(cluster, name, serverNamespace, cancellationToken);
        await using var log = await contents.OpenLogAsync(cancellationToken);
        await RunLog.WriteAsync(log, json, cluster.Terminal.Out, cancellationToken);
        return ExitCodes.Ok;
    }
}
