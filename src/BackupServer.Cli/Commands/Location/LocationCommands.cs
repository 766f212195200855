using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Location;

/// <summary>The noun <c>location</c>.</summary>
internal static class LocationCommands
{
    public static Command Create(CommandContext context) => new("location", "Where backups are kept.")
    {
        LocationCreateCommand.Create(context),
    };
}
