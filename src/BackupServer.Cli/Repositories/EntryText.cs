using System.Globalization;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Nodes;

namespace BackupServer.Cli.Repositories;

/// <summary>Entries of snapshots, for people and for programs; the same wherever they are listed.</summary>
internal static class EntryText
{
    /// <summary>The fields of an entry.</summary>
    public static JsonObject Node(SnapshotEntry entry) => JsonText.Node(new
    {
        path = entry.Path.ToString(),
        type = entry.Node.Type,
        mode = Permissions(entry.Node),
        uid = entry.Node.Uid,
        gid = entry.Node.Gid,
        user = entry.Node.User,
        group = entry.Node.Group,
        size = entry.Node.Size,
        mtime = entry.Node.ModifiedAt.ToString(),
        link_target = entry.Node.Type == NodeType.Symlink ? entry.Node.LinkTarget.ToString() : null,
    });

    /// <summary>One line: the path, or all that <c>ls -l</c> would say.</summary>
    public static string Line(SnapshotEntry entry, bool details)
    {
        var (path, node) = entry;
        return details
            ? $"{node.Type.ToString().ToLowerInvariant(),-9} {Permissions(node)} {node.Uid,6} {node.Gid,6} {node.Size.ToString(CultureInfo.InvariantCulture),12} {Quantities.Time(node.ModifiedAt.ToDateTimeOffset())} {path}"
                + (node.Type == NodeType.Symlink ? $" -> {node.LinkTarget}" : "")
            : path.ToString();
    }

    private static string Permissions(Node node) => Convert.ToString(NodeMode.ToLinuxPermissions(node.Mode), 8).PadLeft(4, '0');
}
