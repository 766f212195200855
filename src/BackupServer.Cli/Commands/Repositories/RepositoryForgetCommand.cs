using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Forgetting;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository forget</c>: removes snapshots by id or by a policy.</summary>
internal static class RepositoryForgetCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = new Argument<string[]>("ID") { Description = "snapshots to forget; none with a policy", Arity = ArgumentArity.ZeroOrMore };
        var policy = new RetentionOptions();
        var prune = new Option<bool>("--prune") { Description = "free the space afterwards" };
        var pruning = new PruningOptions();
        var grouping = GroupingOption.Create("which snapshots a policy sees together (default: host,paths; '' for all)");
        var filter = new SnapshotFilterOptions(hostLetter: false);
        var compact = new Option<bool>("--compact", "-c") { Description = "print one line for each group" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be done" };
        var command = RepositoryVerb.Create("forget", "Removes snapshots, by id or by what a policy does not keep.", ExitCodes.NotFound)
            .WithExamples(
                "forget --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --prune",
                "forget --keep-within 30d --host web --dry-run",
                "forget --keep-last 3 --group-by host,tags",
                "forget 1a2b3c4d 5e6f7a8b")
            .WithTopic(
                "What is kept",
                "Each --keep-... is asked alone, in each group of host and paths; a snapshot stays if one of them keeps it.",
                "--keep-daily 7 keeps the newest snapshot of each of the last 7 days that have any: days without a backup do not count. N may be unlimited.",
                "Periods count back from the newest snapshot of the group. The last snapshot of a group is never removed by a policy.",
                "Snapshots that are named are removed whatever they are, also when their files are damaged. Space is freed by --prune, or by 'prune' later.");
        command.Add(ids);
        policy.AddTo(command);
        command.Add(prune);
        pruning.AddTo(command);
        command.Add(grouping);
        filter.AddTo(command);
        command.Add(compact);
        command.Add(dryRun);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var names = parsed.GetValue(ids) ?? [];
            var keep = policy.Read(parsed);
            return (names.Length > 0) == !keep.IsEmpty
                ? throw CommandException.Usage("say what to forget: ids, or a policy (--keep-…)")
                : RunAsync(
                    address,
                    new ForgetRequest(names, keep, filter.Read(parsed), parsed.GetValue(grouping) ?? (SnapshotGrouping.Host | SnapshotGrouping.Paths), parsed.GetValue(prune) ? pruning.Read(parsed) : null, parsed.GetValue(dryRun), parsed.GetValue(compact)),
                    cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, ForgetRequest request, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var held = await opened.LockAsync(cancellationToken);
        var plan = request.Ids.Count > 0
            ? await ForgetPlan.OfNamedAsync(opened.Repository, request.Ids, request.Filter, cancellationToken)
            : ForgetPlan.Create(
                await request.Filter.SelectAsync(opened.Repository, [], cancellationToken), request.Policy, TimeZoneInfo.Local, address.Time.GetUtcNow(), request.Grouping);
        if (!request.DryRun)
        {
            await plan.ExecuteAsync(opened.Repository, held, cancellationToken);
        }

        var pruned = request.Prune is { } prune && !request.DryRun
            ? await opened.WhileLockedAsync(token => RepositoryPruneCommand.PruneAsync(address, opened.Repository, held, prune, dryRun: false, token), cancellationToken)
            : default;
        Print(address, plan, pruned.Plan is null ? null : RepositoryPruneCommand.Node(pruned.Plan, pruned.Result), request);
        return ExitCodes.Ok;
    }

    private static void Print(RepositoryAddress address, ForgetPlan plan, JsonObject? pruned, ForgetRequest request)
    {
        if (address.Json)
        {
            var node = new JsonObject
            {
                ["dry_run"] = request.DryRun,
                ["unreadable"] = new JsonArray([.. plan.Unreadable.Select(static id => (JsonNode)id.ToString())]),
                ["groups"] = new JsonArray([.. plan.Groups.Select(Group)]),
                ["prune"] = pruned,
            };
            address.Terminal.Out.WriteLine(node.ToJsonString());
            return;
        }

        foreach (var id in plan.Unreadable)
        {
            address.Terminal.Out.WriteLine($"{(request.DryRun ? "would forget" : "forgot")}  {id.ToShortString()}, whose file is damaged");
        }

        foreach (var group in plan.Groups)
        {
            var name = $"{string.Join(' ', group.Paths)} on {group.HostName}{(group.Tags is { Count: > 0 } tags ? $" with {string.Join(',', tags)}" : "")}";
            if (request.Compact)
            {
                address.Terminal.Out.WriteLine($"{name}: kept {group.Plan.Kept.Count}, {(request.DryRun ? "would forget" : "forgot")} {group.Plan.Removed.Count}");
                continue;
            }

            address.Terminal.Out.WriteLine($"{name}:");
            foreach (var kept in group.Plan.Kept)
            {
                address.Terminal.Out.WriteLine($"  keep    {kept.Item.Id.ToShortString()} {Quantities.Time(kept.Item.Time)} ({string.Join(", ", kept.Reasons)})");
            }

            foreach (var removed in group.Plan.Removed)
            {
                address.Terminal.Out.WriteLine($"  {(request.DryRun ? "would forget" : "forgot")}  {removed.Id.ToShortString()} {Quantities.Time(removed.Time)}");
            }
        }

        if (pruned is not null)
        {
            address.Terminal.Out.WriteLine($"freed {Quantities.Bytes((long)pruned["freed_bytes"]!)}");
        }
    }

    private static JsonObject Group(ForgetGroup group) => new()
    {
        ["host"] = group.HostName,
        ["paths"] = new JsonArray([.. group.Paths.Select(static path => (JsonNode)path)]),
        ["tags"] = group.Tags is null ? null : new JsonArray([.. group.Tags.Select(static tag => (JsonNode)tag)]),
        ["keep"] = new JsonArray([.. group.Plan.Kept.Select(static kept => new JsonObject
        {
            ["snapshot"] = RepositorySnapshotsCommand.Node(kept.Item),
            ["reasons"] = new JsonArray([.. kept.Reasons.Select(static reason => (JsonNode)reason)]),
        })]),
        ["remove"] = new JsonArray([.. group.Plan.Removed.Select(RepositorySnapshotsCommand.Node)]),
    };
}
