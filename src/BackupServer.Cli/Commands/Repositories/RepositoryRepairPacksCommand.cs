using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Inspecting;
using BackupServer.Repository.Repairing;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository repair packs</c>: what is intact of damaged packs, into new ones.</summary>
internal static class RepositoryRepairPacksCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var packs = new Argument<string[]>("ID") { Description = "packs: whole ids, as check names them", Arity = ArgumentArity.OneOrMore };
        var copies = new Option<string>("--copy-to")
        {
            Description = "directory that gets a copy of each pack before it goes (default: the current one)",
            HelpName = "DIR",
            DefaultValueFactory = static _ => ".",
        };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be done" };
        var command = RepositoryVerb.Create("packs", "Saves the intact blobs of damaged packs into new ones and removes the damaged ones.", ExitCodes.NotFound)
            .WithExamples("repair packs 8d1f…", "repair packs 8d1f… --copy-to /var/tmp");
        command.Add(packs);
        command.Add(copies);
        command.Add(dryRun);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var ids = new List<ObjectId>();
            foreach (var text in parsed.GetValue(packs)!)
            {
                ids.Add(ObjectId.TryParse(text, out var id) ? id : throw CommandException.Usage($"'{text}' is not the whole id of a pack"));
            }

            return RunAsync(address, ids, parsed.GetValue(copies)!, parsed.GetValue(dryRun), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, IReadOnlyList<ObjectId> packs, string copies, bool dryRun, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var held = await opened.LockAsync(cancellationToken);
        await opened.Repository.LoadIndexAsync(cancellationToken);
        var plan = await PackRepairPlan.CreateAsync(opened.Repository, held, packs, cancellationToken);
        if (!dryRun)
        {
            await CopyAsync(opened.Repository, plan, copies, cancellationToken);
            await plan.ExecuteAsync(held, cancellationToken);
        }

        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(new JsonObject
            {
                ["message_type"] = "summary",
                ["dry_run"] = dryRun,
                ["packs"] = new JsonArray([.. plan.Packs.Select(Node)]),
            }.ToJsonString());
            return ExitCodes.Ok;
        }

        foreach (var item in plan.Packs)
        {
            await address.Terminal.Out.WriteLineAsync($"pack {item.Pack}{(item.Exists ? "" : " does not exist")}: {item.Intact.Count} blobs {(dryRun ? "can be saved" : "saved")}, {item.Lost.Count} are lost");
            foreach (var blob in item.Lost)
            {
                await address.Terminal.Out.WriteLineAsync($"  lost: {blob}");
            }
        }

        await address.Terminal.Out.WriteLineAsync(dryRun ? "nothing was done" : "run 'repository check', and 'repository repair snapshots' if it finds missing blobs");
        return ExitCodes.Ok;
    }

    /// <summary>What is removed was somebody's data once: the files stay for whoever wants to try more.</summary>
    private static async Task CopyAsync(Repository.Repository repository, PackRepairPlan plan, string directory, CancellationToken cancellationToken)
    {
        var inspector = new RepositoryInspector(repository);
        foreach (var item in plan.Packs.Where(static item => item.Exists))
        {
            var (id, content) = await inspector.ReadPackAsync(item.Pack.ToString(), cancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(directory, $"pack-{id}"), content, cancellationToken);
        }
    }

    private static JsonObject Node(PackRepairItem item) => JsonText.Node(new
    {
        pack = item.Pack,
        exists = item.Exists,
        saved_blobs = item.Intact.Count,
        lost_blobs = item.Lost.Select(static blob => new { type = blob.Type, id = blob.Id }),
    });
}
