using System.CommandLine;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Cli.Commands.Backups;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary><c>schedule describe</c>: everything about a schedule.</summary>
internal static class ScheduleDescribeCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var command = new VerbCommand("describe", "Tells everything about schedules.", ExitCodes.NotFound);
        selection.AddForReading(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, selection.Read(parsed), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, ObjectSelection selection, CancellationToken cancellationToken) =>
        ObjectKind<BackupSchedule>.DescribeAsync(cluster, selection, Describe, cancellationToken);

    private static void Describe(BackupSchedule schedule, Description text)
    {
        text.Line("Name", schedule.Metadata.Name);
        text.Line("Namespace", schedule.Metadata.Namespace);
        text.Line("Labels", schedule.Metadata.Labels);
        text.Line("Phase", schedule.Status?.Phase ?? BackupSchedulePhase.New);
        text.List("Validation errors", schedule.Status?.ValidationErrors);
        text.Line("Schedule", schedule.Spec.Schedule);
        text.Line("Time zone", schedule.Spec.TimeZone ?? "UTC");
        text.Line("Paused", schedule.Spec.Paused ?? false);
        text.Line("Concurrency", schedule.Spec.ConcurrencyPolicy ?? ConcurrencyPolicy.Forbid);
        text.Line("Starting deadline", schedule.Spec.StartingDeadlineSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        text.Line("Jitter", schedule.Spec.Jitter);
        text.Section("Template", () => BackupDescribeCommand.DescribeSpec(schedule.Spec.Template, text));
        text.Line("Last backup", schedule.Status?.LastBackupName);
        text.Line("Last tick", schedule.Status?.LastBackup);
        text.Line("Last completed", schedule.Status?.LastSuccessfulBackup);
        text.Line("Next tick", schedule.Status?.NextBackup);
        text.Line("Missed runs", schedule.Status?.MissedRuns);
    }
}
