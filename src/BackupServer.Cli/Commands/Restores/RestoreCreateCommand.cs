using System.CommandLine;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Restores;

/// <summary><c>restore create</c>: asks for a restore, and waits for its end if wanted.</summary>
internal static class RestoreCreateCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string?>("NAME") { Description = "name of the restore (default: from backup or schedule, and the time)", Arity = ArgumentArity.ZeroOrOne };
        var spec = new RestoreSpecOptions();
        var labels = KeyValues.Option("--labels", "labels of the Restore object", "KEY=VALUE,…");
        var wait = new Option<bool>("--wait", "-w") { Description = "wait for the end, showing progress" };
        var command = new VerbCommand("create", "Restores a backup.", ExitCodes.PartiallyFailed, ExitCodes.NotFound) { name, labels, wait };
        spec.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, parsed.GetValue(name), spec.Read(parsed), parsed.GetPairs(labels), parsed.GetValue(wait), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        Cluster cluster, string? name, RestoreSpec spec, Dictionary<string, string>? labels, bool wait, CancellationToken cancellationToken)
    {
        name ??= $"{spec.BackupName ?? spec.ScheduleName}-{cluster.Time.GetUtcNow():yyyyMMddHHmmss}";
        var restore = new Restore { Metadata = new ObjectMeta { Name = name, Namespace = cluster.Namespace, Labels = labels }, Spec = spec };
        await ObjectKind<Restore>.CreateAsync(cluster, restore, cancellationToken);
        return wait ? await RestoreWait.RunAsync(cluster, name, cancellationToken) : ExitCodes.Ok;
    }
}
