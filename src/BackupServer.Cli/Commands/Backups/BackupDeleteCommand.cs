using System.CommandLine;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.DeleteBackupRequests;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup delete</c>: asks the server to delete backups with their data.</summary>
internal static class BackupDeleteCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var yes = new Option<bool>("--yes", "-y") { Description = "do not ask" };
        var wait = new Option<bool>("--wait", "-w") { Description = "wait until the data is gone" };
        var command = new VerbCommand("delete", "Deletes backups with their data.", ExitCodes.NotFound) { yes, wait };
        selection.AddForChanging(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, selection.Read(parsed), parsed.GetValue(yes), parsed.GetValue(wait), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, ObjectSelection selection, bool yes, bool wait, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        var backups = await ObjectKind<Backup>.FindAsync(cluster, selection, missing, cancellationToken);
        var code = await ObjectKind<Backup>.TellMissingAsync(cluster, missing);
        if (backups.Count == 0)
        {
            return code;
        }

        await cluster.Terminal.RequireAsync($"Delete {string.Join(", ", backups.Select(static backup => backup.Metadata.Name))} with all data?", yes, cancellationToken);
        var requests = new List<(string Request, string Backup)>();
        foreach (var backup in backups)
        {
            requests.Add((await AskAsync(cluster, backup, cancellationToken), backup.Metadata.Name));
        }

        foreach (var (request, backup) in wait ? requests : [])
        {
            code = Math.Max(code, await WaitAsync(cluster, request, backup, cancellationToken));
        }

        return code;
    }

    private static async Task<string> AskAsync(Cluster cluster, RawObject backup, CancellationToken cancellationToken)
    {
        var request = await cluster.Client.CreateAsync(
            new DeleteBackupRequest
            {
                Metadata = new ObjectMeta
                {
                    GenerateName = $"{backup.Metadata.Name}-",
                    Namespace = cluster.Namespace,
                    Labels = new() { [Labels.BackupName] = ShortLabel.Of(backup.Metadata.Name), [Labels.BackupUid] = backup.Metadata.Uid },
                },
                Spec = new DeleteBackupRequestSpec { BackupName = backup.Metadata.Name },
            },
            cancellationToken: cancellationToken);
        await cluster.Terminal.Out.WriteLineAsync($"{ObjectKind<Backup>.Named(backup.Metadata.Name)} is asked to be deleted ({ObjectKind<DeleteBackupRequest>.Named(request.Metadata.Name)})");
        return request.Metadata.Name;
    }

    /// <summary>The server removes a request that it has carried out, and keeps one with errors.</summary>
    private static async Task<int> WaitAsync(Cluster cluster, string request, string backup, CancellationToken cancellationToken)
    {
        await foreach (var state in ObjectWatch.FollowAsync<DeleteBackupRequest>(cluster, request, cancellationToken))
        {
            if (state?.Status is { Phase: DeleteBackupRequestPhase.Processed, Errors: { Count: > 0 } errors })
            {
                await cluster.Terminal.Error.WriteLineAsync($"error: {ObjectKind<Backup>.Named(backup)} was not deleted: {string.Join("; ", errors)}");
                return ExitCodes.Error;
            }

            if (state is null or { Status.Phase: DeleteBackupRequestPhase.Processed })
            {
                break;
            }
        }

        await cluster.Terminal.Out.WriteLineAsync($"{ObjectKind<Backup>.Named(backup)} deleted");
        return ExitCodes.Ok;
    }
}
