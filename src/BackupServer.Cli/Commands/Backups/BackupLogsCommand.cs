using System.CommandLine;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Locations;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Repository.ObjectStores;

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
        if (backup.Status?.SnapshotId is null or "")
        {
            await WriteWithoutSnapshotAsync(cluster, backup, serverNamespace, json, cancellationToken);
            return ExitCodes.Ok;
        }

        await using var contents = await BackupContents.OpenAsync(cluster, name, serverNamespace, cancellationToken);
        await using var log = await contents.OpenLogAsync(cancellationToken);
        await RunLog.WriteAsync(log, json, cluster.Terminal.Out, cancellationToken);
        return ExitCodes.Ok;
    }

    /// <summary>A backup that kept nothing has a log beside the backups; one that still runs, or was refused, has none there, and its messages are what there is to tell.</summary>
    private static async Task WriteWithoutSnapshotAsync(Cluster cluster, Backup backup, string? serverNamespace, bool json, CancellationToken cancellationToken)
    {
        var (name, phase) = (backup.Metadata.Name, backup.Status?.Phase ?? BackupPhase.New);
        string why;
        if (!BackupWait.IsFinal(phase))
        {
            why = $"its log is written to location {backup.Spec.StorageLocation} when it ends; until then it is in the output of the leading server, "
                + $"which the Lease \"backupserver\" in the server's namespace names, in lines with \"backup {name}\"";
        }
        else if (phase == BackupPhase.FailedValidation)
        {
            why = "it never ran, so there is no log";
        }
        else if (await KeptLogs.WriteAsync(
            cluster, backup, serverNamespace, snapshot => snapshot.Tag(ArchiveLayout.BackupUidTag) == backup.Metadata.Uid, json, cancellationToken) is { } reason)
        {
            why = reason;
        }
        else
        {
            return;
        }

        var messages = (backup.Status?.ValidationErrors ?? []).Concat(backup.Status?.Messages ?? []).ToList();
        await cluster.Terminal.Error.WriteLineAsync($"backup \"{name}\" is {phase}: {why}{(messages.Count > 0 ? "; these are its messages:" : "")}");
        foreach (var message in messages)
        {
            await cluster.Terminal.Out.WriteLineAsync(message);
        }
    }
}
