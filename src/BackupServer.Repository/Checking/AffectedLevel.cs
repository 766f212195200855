using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Checking;

/// <summary>A directory that <see cref="AffectedWalker"/> is in. Its path is only built for what is harmed: in a deep tree each is long.</summary>
internal sealed class AffectedLevel(AffectedLevel? above, RawName name, ObjectId tree, TreeReader? nodes)
{
    public AffectedLevel? Above => above;

    public ObjectId Tree => tree;

    /// <summary>Whether nothing harmed was found in it or below.</summary>
    public bool IsSound { get; set; } = true;

    public string Path => PathOf([]);

    public string PathOf(RawName entry) => PathOf([entry.ToString()]);

    /// <summary>The nodes as far as they can be read: what is wrong with the tree itself is found already.</summary>
    public Node? Next()
    {
        try
        {
            return nodes?.Read();
        }
        catch (TreeFormatException)
        {
            // It is among the findings that this walk is made for.
            return null;
        }
    }

    private string PathOf(List<string> parts)
    {
        for (var level = this; level.Above is not null; level = level.Above)
        {
            parts.Add(level.Name.ToString());
        }

        parts.Reverse();
        return "/" + string.Join('/', parts);
    }

    private RawName Name => name;
}
