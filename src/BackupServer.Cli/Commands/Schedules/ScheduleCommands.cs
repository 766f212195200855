using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary>The noun <c>schedule</c>.</summary>
internal static class ScheduleCommands
{
    public static Command Create(CommandContext context) => new("schedule", "Schedules: backups made by the clock.")
    {
        ScheduleCreateCommand.Create(context),
        ScheduleGetCommand.Create(context),
        ScheduleDescribeCommand.Create(context),
        ScheduleTriggerCommand.Create(context),
        SchedulePreviewCommand.Create(context),
        SchedulePauseCommand.Create(context),
        ScheduleUnpauseCommand.Create(context),
        ScheduleDeleteCommand.Create(context),
    };
}
