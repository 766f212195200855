using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tagging;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository tag</c>: other tags for snapshots that exist.</summary>
internal static class RepositoryTagCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = SnapshotFilterOptions.Ids();
        var set = Tags("--set", "tags instead of those it has; '' for none; may be repeated");
        var add = Tags("--add", "tags to add; may be repeated");
        var remove = Tags("--remove", "tags to remove; may be repeated");
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("tag", "Changes the tags of snapshots. Each gets a new id and remembers its first as original.", ExitCodes.NotFound)
            .WithExamples("tag --add nightly latest", "tag --set keep,release 1a2b3c4d", "tag --remove test --host web");
        command.Add(ids);
        command.Add(set);
        command.Add(add);
        command.Add(remove);
        filter.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var change = new TagChange
            {
                Set = parsed.GetResult(set) is null ? null : List(parsed.GetValue(set)),
                Add = List(parsed.GetValue(add)),
                Remove = List(parsed.GetValue(remove)),
            };
            var changes = change.Add.Count + change.Remove.Count > 0;
            return change.Set is not null == changes
                ? throw CommandException.Usage("say what to change: either --set, or --add and --remove")
                : RunAsync(address, parsed.GetValue(ids) ?? [], filter.Read(parsed), change, cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, IReadOnlyList<string> ids, SnapshotFilter filter, TagChange change, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var held = await opened.LockAsync(cancellationToken);
        var plan = TagPlan.Create(await filter.SelectAsync(opened.Repository, ids, cancellationToken), change);
        var written = await plan.ExecuteAsync(opened.Repository, held, cancellationToken);
        foreach (var (old, now) in plan.Changes.Zip(written))
        {
            await address.Terminal.Out.WriteLineAsync(address.Json
                ? JsonText.Line(new { message_type = "changed", old_snapshot_id = old.Snapshot.Id, new_snapshot_id = now.Id, tags = now.Tags ?? [] })
                : $"{old.Snapshot.Id.ToShortString()} is now {now.Id.ToShortString()}: {(now.Tags is null ? "no tags" : string.Join(',', now.Tags))}");
        }

        await address.Terminal.Out.WriteLineAsync(address.Json
            ? JsonText.Line(new { message_type = "summary", changed_snapshots = written.Count })
            : $"changed {written.Count} snapshots");
        return ExitCodes.Ok;
    }

    private static Option<string[]> Tags(string name, string description) => new(name) { Description = description, HelpName = "TAG,…" };

    private static List<string> List(string[]? values) =>
        [.. (values ?? []).SelectMany(static value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
