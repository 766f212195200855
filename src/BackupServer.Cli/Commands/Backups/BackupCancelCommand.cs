using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup cancel</c>: stops running backups; nothing of them is kept.</summary>
internal static class BackupCancelCommand
{
    public static Command Create(CommandContext context)
    {
        var names = new Argument<string[]>("NAME") { Description = "names of the backups", Arity = ArgumentArity.OneOrMore };
        var command = new VerbCommand("cancel", "Stops running backups; nothing of them is kept.", ExitCodes.NotFound) { names };
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, parsed.GetValue(names)!, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            var backup = await ObjectKind<Backup>.RequireAsync(cluster, name, cancellationToken);
            if (BackupWait.IsFinal(backup.Status?.Phase))
            {
                throw new CommandException($"backup \"{name}\" has ended already: {backup.Status!.Phase}; 'backupctl backup delete' removes it");
            }

            var patch = new JsonObject { ["spec"] = new JsonObject { ["cancel"] = true } };
            _ = await cluster.Client.PatchAsync<Backup>(cluster.Namespace, name, Patch.Merge(patch), cancellationToken: cancellationToken);
            await cluster.Terminal.Out.WriteLineAsync($"{ObjectKind<Backup>.Named(name)} is asked to stop");
        }

        return ExitCodes.Ok;
    }
}
