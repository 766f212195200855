using System.CommandLine;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary><c>schedule get</c>: lists schedules.</summary>
internal static class ScheduleGetCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var output = OutputOption.Create();
        var watch = new Option<bool>("--watch", "-w") { Description = "go on printing what changes, until interrupted" };
        var command = new VerbCommand("get", "Lists schedules.", ExitCodes.NotFound) { output, watch };
        selection.AddForReading(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, selection.Read(parsed), parsed.GetValue(output), parsed.GetValue(watch), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, ObjectSelection selection, OutputFormat format, bool watch, CancellationToken cancellationToken) => watch
        ? ObjectListWatch<BackupSchedule>.RunAsync(cluster, selection, format, cancellationToken)
        : ObjectKind<BackupSchedule>.GetAsync(cluster, selection, format, cancellationToken);
}
