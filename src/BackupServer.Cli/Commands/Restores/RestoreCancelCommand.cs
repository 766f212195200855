using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Cli.Commands.Restores;

/// <summary><c>restore cancel</c>: stops running restores; what is restored stays.</summary>
internal static class RestoreCancelCommand
{
    public static Command Create(CommandContext context)
    {
        var names = new Argument<string[]>("NAME") { Description = "names of the restores", Arity = ArgumentArity.OneOrMore };
        var command = new VerbCommand("cancel", "Stops running restores; what is restored stays.", ExitCodes.NotFound) { names };
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, parsed.GetValue(names)!, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            var restore = await ObjectKind<Restore>.RequireAsync(cluster, name, cancellationToken);
            if (RestoreWait.IsFinal(restore.Status?.Phase))
            {
                throw new CommandException($"restore \"{name}\" has ended already: {restore.Status!.Phase}");
            }

            var patch = new JsonObject { ["spec"] = new JsonObject { ["cancel"] = true } };
            _ = await cluster.Client.PatchAsync<Restore>(cluster.Namespace, name, Patch.Merge(patch), cancellationToken: cancellationToken);
            await cluster.Terminal.Out.WriteLineAsync($"{ObjectKind<Restore>.Named(name)} is asked to stop");
        }

        return ExitCodes.Ok;
    }
}
