using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Files;
using BackupServer.Repository.Finding;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository find</c>: in which snapshots a path, or something that needs a blob, is.</summary>
internal static class RepositoryFindCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var patterns = new Argument<string[]>("PATTERN") { Description = "globs over paths (*, ?, [a-z], **); or ids with --blob, --tree, --pack", Arity = ArgumentArity.OneOrMore };
        var ignoreCase = new Option<bool>("--ignore-case", "-i") { Description = "take upper and lower case for the same" };
        var oldest = TimeOption.Create("only entries that changed at this time or later", "--oldest", "-O");
        var newest = TimeOption.Create("only entries that changed at this time or earlier", "--newest", "-N");
        var snapshots = new Option<string[]>("--snapshot", "-s") { Description = "only in this snapshot; may be repeated", HelpName = "ID" };
        var blob = new Option<bool>("--blob") { Description = "PATTERN is the id of a data blob: which files need it" };
        var tree = new Option<bool>("--tree") { Description = "PATTERN is the id of a tree: which directories it is of" };
        var pack = new Option<bool>("--pack") { Description = "PATTERN is the id of a pack: which paths need something in it" };
        var showPack = new Option<bool>("--show-pack-id") { Description = "with --blob, --tree or --pack: also the packs that hold the blob, and where" };
        var details = new Option<bool>("--long", "-l") { Description = "mode, owner, size and time too" };
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("find", "Looks for paths, or for what needs a blob, in snapshots.", ExitCodes.NotFound)
            .WithExamples("find '*.conf'", "find -i 'readme*' --newest 2026-01-31", "find /etc/hosts --snapshot latest --long", "find --blob 1a2b3c4d --show-pack-id", "find --pack 5e6f7a8b --json      (what a damaged pack harms)");
        foreach (var symbol in new Option[] { ignoreCase, oldest, newest, snapshots, blob, tree, pack, showPack, details })
        {
            command.Add(symbol);
        }

        command.Add(patterns);
        filter.AddTo(command);
        command.SetRepositoryAction(context, options, async (parsed, address, cancellationToken) =>
        {
            await using var opened = await address.OpenAsync(cancellationToken);
            await opened.ShareAsync(cancellationToken);
            var selected = await filter.Read(parsed).SelectAsync(opened.Repository, parsed.GetValue(snapshots) ?? [], cancellationToken);
            await opened.Repository.LoadIndexAsync(cancellationToken);
            var names = parsed.GetValue(patterns)!;
            var finder = new SnapshotFinder(opened.Repository);
            if (parsed.GetValue(blob) || parsed.GetValue(tree) || parsed.GetValue(pack))
            {
                var blobs = new HashSet<BlobHandle>();
                blobs.UnionWith(parsed.GetValue(blob) ? finder.ResolveBlobs(BlobType.Data, names) : []);
                blobs.UnionWith(parsed.GetValue(tree) ? finder.ResolveBlobs(BlobType.Tree, names) : []);
                blobs.UnionWith(parsed.GetValue(pack) ? finder.ResolvePacks(names) : []);
                return await RunAsync(address, finder, selected, blobs, parsed.GetValue(showPack), cancellationToken);
            }

            var query = new FindQuery
            {
                Patterns = new PathPatterns(names, parsed.GetValue(ignoreCase)),
                Oldest = parsed.GetValue(oldest) is { } from ? NodeTime.From(from) : null,
                Newest = parsed.GetValue(newest) is { } to ? NodeTime.From(to) : null,
            };
            return await RunAsync(address, finder, selected, query, parsed.GetValue(details), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, SnapshotFinder finder, IReadOnlyList<Snapshot> snapshots, FindQuery query, bool details, CancellationToken cancellationToken)
    {
        var answer = new JsonArray();
        foreach (var snapshot in snapshots)
        {
            var matches = new List<SnapshotEntry>();
            await foreach (var entry in finder.FindAsync(snapshot, query, cancellationToken))
            {
                if (matches.Count == 0 && !address.Json)
                {
                    await address.Terminal.Out.WriteLineAsync($"snapshot {snapshot.Id.ToShortString()} of {Quantities.Time(snapshot.Time)} on {snapshot.HostName}:");
                }

                matches.Add(entry);
                if (!address.Json)
                {
                    await address.Terminal.Out.WriteLineAsync($"  {EntryText.Line(entry, details)}");
                }
            }

            if (matches.Count > 0)
            {
                answer.Add(new JsonObject
                {
                    ["snapshot"] = snapshot.Id.ToString(),
                    ["hits"] = matches.Count,
                    ["matches"] = new JsonArray([.. matches.Select(EntryText.Node)]),
                });
            }
        }

        return await EndAsync(address, answer);
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, SnapshotFinder finder, IReadOnlyList<Snapshot> snapshots, IReadOnlySet<BlobHandle> blobs, bool showPacks, CancellationToken cancellationToken)
    {
        var answer = new JsonArray();
        foreach (var snapshot in snapshots)
        {
            await foreach (var found in finder.FindAsync(snapshot, blobs, cancellationToken))
            {
                var packs = showPacks ? finder.LocateBlob(found.Blob) : null;
                answer.Add(JsonText.Node(new
                {
                    object_type = found.Blob.Type,
                    id = found.Blob.Id,
                    path = found.Path.ToString(),
                    parent_tree = found.ParentTree,
                    snapshot = snapshot.Id,
                    time = snapshot.Time,
                    packs = packs?.Select(static place => new { id = place.Pack, offset = place.Offset, length = place.Length }),
                }));
                if (!address.Json)
                {
                    await address.Terminal.Out.WriteLineAsync($"{found.Blob.Type.ToString().ToLowerInvariant()} {found.Blob.Id} in snapshot {snapshot.Id.ToShortString()}: {found.Path}");
                    foreach (var place in packs ?? [])
                    {
                        await address.Terminal.Out.WriteLineAsync($"  in pack {place.Pack}, {place.Length} bytes from {place.Offset} on");
                    }

                    if (packs is { Count: 0 })
                    {
                        await address.Terminal.Out.WriteLineAsync("  in no pack that an index names");
                    }
                }
            }
        }

        return await EndAsync(address, answer);
    }

    private static async Task<int> EndAsync(RepositoryAddress address, JsonArray answer)
    {
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(answer.ToJsonString());
        }
        else if (answer.Count == 0)
        {
            await address.Terminal.Error.WriteLineAsync("nothing found");
        }

        return ExitCodes.Ok;
    }
}
