using System.CommandLine;
using BackupServer.Cli.Commands.Backups;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary><c>schedule trigger</c>: a backup of a schedule now, besides its ticks.</summary>
internal static class ScheduleTriggerCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the schedule" };
        var wait = new Option<bool>("--wait", "-w") { Description = "wait for the end, showing progress" };
        var command = new VerbCommand("trigger", "Makes a backup of a schedule now.", ExitCodes.PartiallyFailed, ExitCodes.NotFound) { name, wait };
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, parsed.GetValue(name)!, parsed.GetValue(wait), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, string name, bool wait, CancellationToken cancellationToken) =>
        BackupCreateCommand.RunFromScheduleAsync(cluster, name: null, name, wait, cancellationToken);
}
