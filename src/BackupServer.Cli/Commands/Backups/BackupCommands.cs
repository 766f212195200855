using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Backups;

/// <summary>The noun <c>backup</c>.</summary>
internal static class BackupCommands
{
    public static Command Create(CommandContext context) => new("backup", "Backups: make, look at, look into, delete.")
    {
        BackupCreateCommand.Create(context),
        BackupGetCommand.Create(context),
        BackupDescribeCommand.Create(context),
        BackupLogsCommand.Create(context),
        BackupLsCommand.Create(context),
        BackupCatCommand.Create(context),
        BackupDownloadCommand.Create(context),
        BackupCancelCommand.Create(context),
        BackupDeleteCommand.Create(context),
    };
}
