using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Locations;

/// <summary>The noun <c>location</c>.</summary>
internal static class LocationCommands
{
    public static Command Create(CommandContext context) => new("location", "Locations: where backups are kept.")
    {
        LocationCreateCommand.Create(context),
        LocationGetCommand.Create(context),
        LocationDescribeCommand.Create(context),
        LocationSetCommand.Create(context),
        LocationValidateCommand.Create(context),
        LocationDeleteCommand.Create(context),
    };
}
