using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Forgetting;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository forget</c>: removes snapshots by id or by a policy.</summary>
internal static class RepositoryForgetCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = new Argument<string[]>("ID") { Description = "snapshots to forget; none with a policy", Arity = ArgumentArity.ZeroOrMore };
        var policy = new RetentionOptions();
        var prune = new Option<bool>("--prune") { Description = "free the space afterwards" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be done" };
        var command = RepositoryVerb.Create("forget", "Removes snapshots, by id or by what a policy does not keep.", ExitCodes.NotFound);
        command.Add(ids);
        policy.AddTo(command);
        command.Add(prune);
        command.Add(dryRun);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var names = parsed.GetValue(ids) ?? [];
            var keep = policy.Read(parsed);
            return (names.Length > 0) == !keep.IsEmpty
                ? throw CommandException.Usage("say what to forget: ids, or a policy (--keep-…)")
                : RunAsync(address, names, keep, parsed.GetValue(prune), parsed.GetValue(dryRun), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, IReadOnlyList<string> ids, RetentionPolicy policy, bool prune, bool dryRun, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var held = await opened.LockAsync(cancellationToken);
        var plan = ids.Count > 0
            ? await ByIdAsync(opened.Repository, ids, cancellationToken)
            : ForgetPlan.Create(await opened.Repository.ListSnapshotsAsync(cancellationToken), policy, TimeZoneInfo.Local, address.Time.GetUtcNow());
        if (!dryRun)
        {
            await plan.ExecuteAsync(opened.Repository, held, cancellationToken);
        }

        var pruned = prune && !dryRun ? await PruneAsync(opened.Repository, held, cancellationToken) : null;
        Print(address, plan, pruned, dryRun);
        return ExitCodes.Ok;
    }

    private static async Task<ForgetPlan> ByIdAsync(Repository.Repository repository, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var groups = new List<ForgetGroup>();
        foreach (var id in ids)
        {
            var snapshot = await repository.FindSnapshotAsync(id, cancellationToken);
            groups.Add(new ForgetGroup(snapshot.HostName ?? "", snapshot.Paths, new RetentionPlan<Repository.Snapshots.Snapshot>([], [snapshot])));
        }

        return new ForgetPlan(groups);
    }

    private static async Task<JsonObject> PruneAsync(Repository.Repository repository, RepositoryLock held, CancellationToken cancellationToken)
    {
        await repository.LoadIndexAsync(cancellationToken);
        var plan = await PrunePlan.CreateAsync(repository, held, new PruneOptions(), cancellationToken);
        return RepositoryPruneCommand.Node(plan, await plan.ExecuteAsync(held, cancellationToken));
    }

    private static void Print(RepositoryAddress address, ForgetPlan plan, JsonObject? pruned, bool dryRun)
    {
        if (address.Json)
        {
            var node = new JsonObject
            {
                ["dry_run"] = dryRun,
                ["groups"] = new JsonArray([.. plan.Groups.Select(Group)]),
                ["prune"] = pruned,
            };
            address.Terminal.Out.WriteLine(node.ToJsonString());
            return;
        }

        foreach (var group in plan.Groups)
        {
            address.Terminal.Out.WriteLine($"{string.Join(' ', group.Paths)} on {group.HostName}:");
            foreach (var kept in group.Plan.Kept)
            {
                address.Terminal.Out.WriteLine($"  keep    {kept.Item.Id.ToShortString()} {Quantities.Time(kept.Item.Time)} ({string.Join(", ", kept.Reasons)})");
            }

            foreach (var removed in group.Plan.Removed)
            {
                address.Terminal.Out.WriteLine($"  {(dryRun ? "would forget" : "forgot")}  {removed.Id.ToShortString()} {Quantities.Time(removed.Time)}");
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
        ["keep"] = new JsonArray([.. group.Plan.Kept.Select(static kept => new JsonObject
        {
            ["snapshot"] = RepositorySnapshotsCommand.Node(kept.Item),
            ["reasons"] = new JsonArray([.. kept.Reasons.Select(static reason => (JsonNode)reason)]),
        })]),
        ["remove"] = new JsonArray([.. group.Plan.Removed.Select(RepositorySnapshotsCommand.Node)]),
    };
}
