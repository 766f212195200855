using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository prune</c>: frees the space of what no snapshot needs.</summary>
internal static class RepositoryPruneCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var pruning = new PruningOptions();
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be done" };
        var command = RepositoryVerb.Create("prune", "Frees the space of what no snapshot needs. May be interrupted at any moment.")
            .WithExamples("prune --dry-run", "prune --max-unused 0%", "prune --max-repack-size 10G")
            .WithTopic(
                "What it does",
                "Packs that no snapshot needs are removed; those with more unused data than --max-unused allows are written anew without it.",
                "It needs the repository for itself. A prune that was interrupted is finished by the next one.");
        pruning.AddTo(command);
        command.Add(dryRun);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, pruning.Read(parsed), parsed.GetValue(dryRun), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, PruneOptions options, bool dryRun, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var held = await opened.LockAsync(cancellationToken);
        var (plan, result) = await opened.WhileLockedAsync(token => PruneAsync(address, opened.Repository, held, options, dryRun, token), cancellationToken);
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(Node(plan, result).ToJsonString());
            return ExitCodes.Ok;
        }

        await address.Terminal.Out.WriteAsync(plan.ToString());
        foreach (var left in result?.NotRemoved ?? [])
        {
            await address.Terminal.Error.WriteLineAsync($"not removed: {left}; the next prune tries again");
        }

        await address.Terminal.Out.WriteLineAsync(result is null ? "nothing was done" : $"removed {result.RemovedPacks} packs, wrote {result.NewPacks}");
        return ExitCodes.Ok;
    }

    /// <summary>Plans, and does it unless this is a rehearsal.</summary>
    public static async Task<(PrunePlan Plan, PruneResult? Result)> PruneAsync(
        RepositoryAddress address, Repository.Repository repository, RepositoryLock held, PruneOptions options, bool dryRun, CancellationToken cancellationToken)
    {
        await repository.LoadIndexAsync(cancellationToken);
        return await address.WithProgressAsync(async progress =>
        {
            var plan = await PrunePlan.CreateAsync(repository, held, options with { Progress = new Relay<WorkProgress>(progress, ProgressState.Of) }, cancellationToken);
            return (plan, dryRun ? null : await plan.ExecuteAsync(held, cancellationToken));
        });
    }

    /// <summary>A prune in numbers; what was done is null in a dry run.</summary>
    public static JsonObject Node(PrunePlan plan, PruneResult? result) => new()
    {
        ["dry_run"] = result is null,
        ["used_bytes"] = plan.UsedBytes,
        ["unused_bytes"] = plan.UnusedBytes,
        ["duplicate_bytes"] = plan.DuplicateBytes,
        ["remaining_unused_bytes"] = plan.RemainingUnusedBytes,
        ["repacked_bytes"] = plan.RepackedBytes,
        ["freed_bytes"] = plan.FreedBytes,
        ["removed_packs"] = result?.RemovedPacks,
        ["new_packs"] = result?.NewPacks,
        ["not_removed"] = result is null ? null : new JsonArray([.. result.NotRemoved.Select(static left => (JsonNode)left)]),
    };
}
