using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository ls</c>: the entries of a snapshot.</summary>
internal static class RepositoryLsCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var snapshot = new Argument<string>("ID[:PATH]") { Description = "snapshot: an id, its beginning, or latest; with a path everything below it" };
        var directories = new Argument<string[]>("DIR") { Description = "only the entries of these directories", Arity = ArgumentArity.ZeroOrMore };
        var details = new Option<bool>("--long", "-l") { Description = "mode, owner, size and time too" };
        var recursive = new Option<bool>("--recursive") { Description = "with DIR: everything below too" };
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("ls", "Lists what a snapshot holds; with --json one object a line.", ExitCodes.NotFound)
            .WithExamples("ls latest", "ls latest /etc --long", "ls latest --host web --path /srv", "ls 1a2b3c4d:/etc --json");
        command.Add(snapshot);
        command.Add(directories);
        command.Add(details);
        command.Add(recursive);
        filter.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var (id, path) = SnapshotPath.Parse(parsed.GetValue(snapshot)!);
            var below = parsed.GetValue(directories) ?? [];
            return RunAsync(
                address, filter.Read(parsed), id, below.Length > 0 ? below : [path], parsed.GetValue(details), below.Length == 0 || parsed.GetValue(recursive), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, SnapshotFilter filter, string id, IReadOnlyList<string> paths, bool details, bool recursive, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAndLoadIndexAsync(cancellationToken);
        var snapshot = new SnapshotReader(opened.Repository, await filter.FindAsync(opened.Repository, id, cancellationToken));
        foreach (var path in paths)
        {
            await foreach (var entry in recursive ? snapshot.WalkAsync(path, cancellationToken) : snapshot.ListAsync(path, cancellationToken))
            {
                await address.Terminal.Out.WriteLineAsync(address.Json ? EntryText.Node(entry).ToJsonString() : EntryText.Line(entry, details));
            }
        }

        return ExitCodes.Ok;
    }
}
