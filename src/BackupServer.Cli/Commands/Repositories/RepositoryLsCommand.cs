using System.CommandLine;
using System.Globalization;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Nodes;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository ls</c>: the entries of a snapshot.</summary>
internal static class RepositoryLsCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var snapshot = new Argument<string>("ID[:PATH]") { Description = "snapshot: an id, its beginning, or latest; with a path only what is below it" };
        var details = new Option<bool>("--long", "-l") { Description = "mode, owner, size and time too" };
        var command = RepositoryVerb.Create("ls", "Lists what a snapshot holds; with --json one object a line.", ExitCodes.NotFound);
        command.Add(snapshot);
        command.Add(details);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var (id, path) = SnapshotPath.Parse(parsed.GetValue(snapshot)!);
            return RunAsync(address, id, path, parsed.GetValue(details), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string id, string path, bool details, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        await opened.Repository.LoadIndexAsync(cancellationToken);
        var snapshot = await SnapshotReader.OpenAsync(opened.Repository, id, cancellationToken);
        await foreach (var (name, node) in snapshot.WalkAsync(path, cancellationToken))
        {
            await address.Terminal.Out.WriteLineAsync(address.Json ? Json(name, node) : details ? Long(name, node) : name.ToString());
        }

        return ExitCodes.Ok;
    }

    private static string Json(RawName path, Node node) => JsonText.Line(new
    {
        path = path.ToString(),
        type = node.Type,
        mode = Permissions(node),
        uid = node.Uid,
        gid = node.Gid,
        size = node.Size,
        mtime = node.ModifiedAt.ToString(),
        link_target = node.Type == NodeType.Symlink ? node.LinkTarget.ToString() : null,
    });

    private static string Long(RawName path, Node node) =>
        $"{node.Type.ToString().ToLowerInvariant(),-9} {Permissions(node)} {node.Uid,6} {node.Gid,6} {node.Size.ToString(CultureInfo.InvariantCulture),12} {Quantities.Time(node.ModifiedAt.ToDateTimeOffset())} {path}"
            + (node.Type == NodeType.Symlink ? $" -> {node.LinkTarget}" : "");

    private static string Permissions(Node node) => Convert.ToString(NodeMode.ToLinuxPermissions(node.Mode), 8).PadLeft(4, '0');
}
