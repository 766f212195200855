using System.CommandLine;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary><c>schedule unpause</c>.</summary>
internal static class ScheduleUnpauseCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var command = new VerbCommand("unpause", "Lets paused schedules go on.", ExitCodes.NotFound);
        selection.AddForChanging(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, selection.Read(parsed), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, ObjectSelection selection, CancellationToken cancellationToken) =>
        SchedulePausing.RunAsync(cluster, selection, paused: false, cancellationToken);
}
