using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>A directory of a snapshot that is being built. Not thread safe.</summary>
internal sealed class GeneratedDirectory
{
    private readonly Dictionary<RawName, Node?> _files = [];
    private readonly Dictionary<RawName, GeneratedDirectory> _directories = [];

    public IEnumerable<Node> Files => _files.Values.OfType<Node>();

    public IEnumerable<KeyValuePair<RawName, GeneratedDirectory>> Directories => _directories;

    /// <summary>Takes the path for a file; false when something is there, or a file is above it.</summary>
    public bool TryReserve(IReadOnlyList<RawName> path)
    {
        GeneratedDirectory current = this;
        foreach (RawName part in path.SkipLast(1))
        {
            if (current._files.ContainsKey(part))
            {
                return false;
            }

            if (!current._directories.TryGetValue(part, out GeneratedDirectory? below))
            {
                current._directories.Add(part, below = new GeneratedDirectory());
            }

            current = below;
        }

        return !current._directories.ContainsKey(path[^1]) && current._files.TryAdd(path[^1], null);
    }

    /// <summary>Puts the node where its path was reserved.</summary>
    public void Complete(IReadOnlyList<RawName> path, Node node)
    {
        GeneratedDirectory current = this;
        foreach (RawName part in path.SkipLast(1))
        {
            current = current._directories[part];
        }

        current._files[path[^1]] = node;
    }
}
