using System.CommandLine;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary><c>schedule pause</c>.</summary>
internal static class SchedulePauseCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var command = new VerbCommand("pause", "Pauses schedules; no backup is made until they are unpaused.", ExitCodes.NotFound);
        selection.AddForChanging(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, selection.Read(parsed), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, ObjectSelection selection, CancellationToken cancellationToken) =>
        SchedulePausing.RunAsync(cluster, selection, paused: true, cancellationToken);
}
