using System.CommandLine;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Locations;

/// <summary><c>location get</c>: lists locations.</summary>
internal static class LocationGetCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var output = OutputOption.Create();
        var command = new VerbCommand("get", "Lists locations.", ExitCodes.NotFound) { output };
        selection.AddForReading(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, selection.Read(parsed), parsed.GetValue(output), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, ObjectSelection selection, OutputFormat format, CancellationToken cancellationToken) =>
        ObjectKind<BackupStorageLocation>.GetAsync(cluster, selection, format, cancellationToken);
}
