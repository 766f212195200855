using System.CommandLine;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary><c>schedule delete</c>.</summary>
internal static class ScheduleDeleteCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var yes = new Option<bool>("--yes", "-y") { Description = "do not ask" };
        var command = new VerbCommand("delete", "Deletes schedules; their backups stay.", ExitCodes.NotFound) { yes };
        selection.AddForChanging(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, selection.Read(parsed), parsed.GetValue(yes), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, ObjectSelection selection, bool yes, CancellationToken cancellationToken)
    {
        // Names were typed one by one; a selector or --all may mean more than somebody thinks.
        await cluster.Terminal.RequireAsync($"Delete {selection}?", yes || selection.Names.Count > 0, cancellationToken);
        return await ObjectKind<BackupSchedule>.DeleteAsync(cluster, selection, cancellationToken);
    }
}
