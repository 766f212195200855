using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Repairing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository repair snapshots</c>: snapshots without what is lost.</summary>
internal static class RepositoryRepairSnapshotsCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = SnapshotFilterOptions.Ids();
        var forget = new Option<bool>("--forget") { Description = "remove the damaged snapshots; otherwise both stay and the repaired ones have the tag 'repaired'" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be done" };
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create(
            "snapshots", "Writes damaged snapshots anew without what is lost, so that the rest restores without errors. Run 'repair index' before.", ExitCodes.NotFound)
            .WithExamples("repair snapshots --dry-run", "repair snapshots --forget");
        command.Add(ids);
        command.Add(forget);
        command.Add(dryRun);
        filter.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
            RunAsync(address, parsed.GetValue(ids) ?? [], filter.Read(parsed), parsed.GetValue(forget), parsed.GetValue(dryRun), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, IReadOnlyList<string> ids, SnapshotFilter filter, bool forget, bool dryRun, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var held = await opened.LockForAsync(forget && !dryRun, cancellationToken);
        var snapshots = await filter.SelectAsync(opened.Repository, ids, cancellationToken);
        await opened.Repository.LoadIndexAsync(cancellationToken);
        var plan = await SnapshotRepair.PlanAsync(opened.Repository, snapshots, forget, cancellationToken);
        RewriteReport.Print(address, plan, dryRun ? null : await plan.ExecuteAsync(held, cancellationToken), forget);
        return ExitCodes.Ok;
    }
}
