using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository check</c>: whether everything is there and whole.</summary>
internal static class RepositoryCheckCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = SnapshotFilterOptions.Ids("only these snapshots, and all packs; none for all");
        var all = new Option<bool>("--read-data") { Description = "read and prove every pack" };
        var part = ReadDataSubset.Option();
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("check", "Checks a repository; names the snapshots and paths that a problem harms, and what repairs it.", ExitCodes.NotFound)
            .WithExamples("check", "check --read-data", "check --read-data-subset 1/7      (and so on: everything once a week)", "check latest --host web --json");
        command.Add(ids);
        command.Add(all);
        command.Add(part);
        filter.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => parsed.GetValue(all) && parsed.GetValue(part) is not null
            ? throw CommandException.Usage("--read-data reads everything: say it or --read-data-subset, not both")
            : RunAsync(
                address,
                parsed.GetValue(ids) ?? [],
                filter.Read(parsed),
                parsed.GetValue(all) ? ReadDataSubset.All : parsed.GetValue(part) ?? ReadDataSubset.None,
                cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, IReadOnlyList<string> ids, SnapshotFilter filter, ReadDataSubset subset, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        if (!address.NoLock)
        {
            // Somebody who adds meanwhile would look like damage.
            _ = await opened.LockAsync(cancellationToken);
        }

        var chosen = ids.Count > 0 || filter != SnapshotFilterOptions.Everything
            ? (await filter.SelectAsync(opened.Repository, ids, cancellationToken)).Select(static snapshot => snapshot.Id).ToList()
            : null;
        var report = await opened.WhileLockedAsync(
            token => address.WithProgressAsync(progress => new RepositoryChecker(
                opened.Repository,
                subset.Apply(new CheckOptions { Snapshots = chosen, Progress = new Relay<WorkProgress>(progress, ProgressState.Of) })).CheckAsync(token)),
            cancellationToken);
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(JsonText.Line(report));
        }
        else
        {
            Print(address.Terminal, report);
        }

        return report.IsClean ? ExitCodes.Ok : ExitCodes.Error;
    }

    private static void Print(Terminal terminal, CheckReport report)
    {
        foreach (var problem in report.Problems)
        {
            terminal.Error.WriteLine($"error: {problem}");
        }

        foreach (var advice in report.Problems.GroupBy(static problem => problem.Repair))
        {
            terminal.Error.WriteLine($"repair of {string.Join(", ", advice.Select(static problem => problem.Kind).Distinct())}: {advice.Key}");
        }

        foreach (var hint in report.Hints)
        {
            terminal.Out.WriteLine($"hint: {hint}");
        }

        terminal.Out.WriteLine(
            $"{report.Snapshots} snapshots, {report.Trees} trees, {report.Blobs} blobs, {report.Packs} packs; {report.PacksRead} packs read ({Quantities.Bytes(report.BytesRead)})");
        terminal.Out.WriteLine(report.IsClean ? "no errors" : $"{report.Problems.Count} errors");
    }
}
