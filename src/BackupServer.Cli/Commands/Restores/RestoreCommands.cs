using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Restores;

/// <summary>The noun <c>restore</c>.</summary>
internal static class RestoreCommands
{
    public static Command Create(CommandContext context) => new("restore", "Restores: bring back what a backup holds.")
    {
        RestoreCreateCommand.Create(context),
        RestoreGetCommand.Create(context),
        RestoreDescribeCommand.Create(context),
        RestoreLogsCommand.Create(context),
        RestoreCancelCommand.Create(context),
        RestoreDeleteCommand.Create(context),
    };
}
