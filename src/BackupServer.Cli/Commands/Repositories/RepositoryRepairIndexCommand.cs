using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Repairing;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository repair index</c>: the index anew, from the packs that there are.</summary>
internal static class RepositoryRepairIndexCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var all = new Option<bool>("--read-all-packs") { Description = "read the header of every pack and believe no index" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be done" };
        var command = RepositoryVerb.Create("index", "Writes the index anew where it and the packs disagree.")
            .WithExamples("repair index", "repair index --read-all-packs --dry-run");
        command.Add(all);
        command.Add(dryRun);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, parsed.GetValue(all), parsed.GetValue(dryRun), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, bool readAllPacks, bool dryRun, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var held = await opened.LockAsync(cancellationToken);
        var plan = await IndexRepairPlan.CreateAsync(opened.Repository, held, readAllPacks, cancellationToken);
        var result = dryRun ? null : await plan.ExecuteAsync(held, cancellationToken);
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(Node(plan, result).ToJsonString());
            return ExitCodes.Ok;
        }

        foreach (var damaged in plan.DamagedIndexes)
        {
            await address.Terminal.Out.WriteLineAsync($"damaged: {damaged}");
        }

        foreach (var pack in plan.MissingPacks)
        {
            await address.Terminal.Out.WriteLineAsync($"pack {pack} does not exist: it goes out of the index");
        }

        foreach (var (pack, reason) in result?.UnreadablePacks ?? [])
        {
            await address.Terminal.Error.WriteLineAsync($"pack {pack} has no readable header ({reason}); 'repository repair packs {pack.ToShortString()}' saves what the index knew of");
        }

        await address.Terminal.Out.WriteLineAsync($"{plan.ReadPacks.Count} packs read, {plan.KeptPacks} indexed as before");
        await address.Terminal.Out.WriteLineAsync(plan.IsEmpty
            ? "the index is right; nothing was done"
            : result is null ? "nothing was done" : $"wrote {result.IndexFiles} index files instead of {result.RemovedIndexFiles}; run 'repository check', and 'repository repair snapshots' if it finds missing blobs");
        return ExitCodes.Ok;
    }

    private static JsonObject Node(IndexRepairPlan plan, IndexRepairResult? result) => new()
    {
        ["message_type"] = "summary",
        ["dry_run"] = result is null,
        ["damaged_indexes"] = new JsonArray([.. plan.DamagedIndexes.Select(static message => (JsonNode)message)]),
        ["missing_packs"] = Ids(plan.MissingPacks),
        ["read_packs"] = Ids(plan.ReadPacks),
        ["kept_packs"] = plan.KeptPacks,
        ["unreadable_packs"] = result is null ? null : Ids(result.UnreadablePacks.Select(static pack => pack.Pack)),
        ["new_index_files"] = result?.IndexFiles,
        ["removed_index_files"] = result?.RemovedIndexFiles,
    };

    private static JsonArray Ids(IEnumerable<ObjectId> ids) => new([.. ids.Select(static id => (JsonNode)id.ToString())]);
}
