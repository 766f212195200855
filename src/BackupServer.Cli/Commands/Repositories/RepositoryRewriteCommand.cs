using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Files;
using BackupServer.Repository.Rewriting;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository rewrite</c>: snapshots without what should never have been in them.</summary>
internal static class RepositoryRewriteCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = SnapshotFilterOptions.Ids();
        var excludes = new PatternOptions("exclude", "e", "drop what matches");
        var newHost = new Option<string?>("--new-host") { Description = "another host name for the snapshots", HelpName = "NAME" };
        var newTime = TimeOption.Create("another time for the snapshots", "--new-time");
        var forget = new Option<bool>("--forget") { Description = "remove the snapshots as they were; otherwise both stay and the new ones have the tag 'rewrite'" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be done" };
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("rewrite", "Writes snapshots anew without some of their files. A prune frees the space once the old ones are forgotten.", ExitCodes.NotFound)
            .WithExamples("rewrite --exclude '*.iso' --dry-run", "rewrite --exclude /home/me/secret --forget", "rewrite latest --new-host web");
        command.Add(ids);
        excludes.AddTo(command);
        foreach (var option in new Option[] { newHost, newTime, forget, dryRun })
        {
            command.Add(option);
        }

        filter.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var (exact, ignoringCase) = (excludes.Read(parsed, context.Terminal), excludes.ReadIgnoringCase(parsed, context.Terminal));
            var rewrite = new RewriteOptions
            {
                Excludes = [new PathPatterns(exact), new PathPatterns(ignoringCase, ignoreCase: true)],
                HostName = parsed.GetValue(newHost),
                Time = parsed.GetValue(newTime),
                Forget = parsed.GetValue(forget),
            };
            return exact.Count + ignoringCase.Count == 0 && rewrite is { HostName: null, Time: null }
                ? throw CommandException.Usage("say what to change: --exclude, --iexclude, --exclude-file, --new-host or --new-time")
                : RunAsync(address, parsed.GetValue(ids) ?? [], filter.Read(parsed), rewrite, parsed.GetValue(dryRun), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, IReadOnlyList<string> ids, SnapshotFilter filter, RewriteOptions options, bool dryRun, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var held = await opened.LockForAsync(options.Forget && !dryRun, cancellationToken);
        var snapshots = await filter.SelectAsync(opened.Repository, ids, cancellationToken);
        await opened.Repository.LoadIndexAsync(cancellationToken);
        var plan = await RewritePlan.CreateAsync(opened.Repository, snapshots, options, cancellationToken);
        RewriteReport.Print(address, plan, dryRun ? null : await plan.ExecuteAsync(held, cancellationToken), options.Forget);
        return ExitCodes.Ok;
    }
}
