using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Comparing;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository diff</c>: what differs between two snapshots.</summary>
internal static class RepositoryDiffCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var first = new Argument<string>("ID[:PATH]") { Description = "the snapshot before: an id, its beginning, or latest; with a path only what is below it" };
        var second = new Argument<string>("ID2[:PATH]") { Description = "the snapshot after" };
        var metadata = new Option<bool>("--metadata") { Description = "also entries of which only mode, owner, times or attributes differ" };
        var command = RepositoryVerb.Create(
            "diff", "Tells what differs between two snapshots: + added, - removed, M content, T type, U metadata, ? content without a trace of writing.", ExitCodes.NotFound)
            .WithExamples("diff 1a2b3c4d latest", "diff 1a2b3c4d:/etc 5e6f7a8b:/etc --metadata --json");
        command.Add(first);
        command.Add(second);
        command.Add(metadata);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
            RunAsync(address, SnapshotPath.Parse(parsed.GetValue(first)!), SnapshotPath.Parse(parsed.GetValue(second)!), parsed.GetValue(metadata), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, (string Id, string Path) first, (string Id, string Path) second, bool metadata, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAndLoadIndexAsync(cancellationToken);
        var before = await SnapshotReader.OpenAsync(opened.Repository, first.Id, cancellationToken);
        var after = await SnapshotReader.OpenAsync(opened.Repository, second.Id, cancellationToken);
        var comparer = await SnapshotComparer.OpenAsync((before, first.Path), (after, second.Path), metadata, cancellationToken);
        await foreach (var change in comparer.CompareAsync(cancellationToken))
        {
            var path = change.IsDirectory ? $"{change.Path}/" : change.Path.ToString();
            await address.Terminal.Out.WriteLineAsync(address.Json
                ? JsonText.Line(new { message_type = "change", path, modifier = Modifier(change.Kinds) })
                : $"{Modifier(change.Kinds),-4} {path}");
        }

        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(JsonText.Line(new
            {
                message_type = "statistics",
                source_snapshot = before.Snapshot.Id,
                target_snapshot = after.Snapshot.Id,
                changed_files = comparer.ChangedFiles,
                added = Side(comparer.Added),
                removed = Side(comparer.Removed),
            }));
            return ExitCodes.Ok;
        }

        await address.Terminal.Out.WriteLineAsync($"files: {comparer.Added.Files} new, {comparer.Removed.Files} removed, {comparer.ChangedFiles} changed");
        await address.Terminal.Out.WriteLineAsync($"directories: {comparer.Added.Directories} new, {comparer.Removed.Directories} removed; others: {comparer.Added.Others} new, {comparer.Removed.Others} removed");
        await address.Terminal.Out.WriteLineAsync($"only in the first: {Blobs(comparer.Removed)}; only in the second: {Blobs(comparer.Added)}");
        return ExitCodes.Ok;
    }

    private static string Modifier(ChangeKinds kinds) => string.Concat(
        kinds.HasFlag(ChangeKinds.Added) ? "+" : "",
        kinds.HasFlag(ChangeKinds.Removed) ? "-" : "",
        kinds.HasFlag(ChangeKinds.Type) ? "T" : "",
        kinds.HasFlag(ChangeKinds.Content) ? "M" : "",
        kinds.HasFlag(ChangeKinds.Metadata) ? "U" : "",
        kinds.HasFlag(ChangeKinds.Silent) ? "?" : "");

    private static object Side(ComparisonSide side) =>
        new { files = side.Files, dirs = side.Directories, others = side.Others, data_blobs = side.DataBlobs, tree_blobs = side.TreeBlobs, bytes = side.Bytes };

    private static string Blobs(ComparisonSide side) => $"{Quantities.Bytes(side.Bytes)} in {side.DataBlobs} data and {side.TreeBlobs} tree blobs";
}
