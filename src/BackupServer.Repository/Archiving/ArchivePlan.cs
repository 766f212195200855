using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// The upper part of a snapshot's tree: which entries of a directory are wanted. A leaf wants everything below it. The place on this machine is that of
/// the parent and the name, unless it has one of its own.
/// </summary>
internal sealed class ArchivePlan
{
    private readonly SortedDictionary<RawName, ArchivePlan> _children = [];

    private ArchivePlan(RawName? place) => Place = place;

    /// <summary>Directory on this machine, where it does not follow from parent and name.</summary>
    public RawName? Place { get; }

    public IReadOnlyDictionary<RawName, ArchivePlan> Children => _children;

    /// <summary>The plan of the options.</summary>
    /// <exception cref="ArgumentException">Neither or both of root and paths are given, or a path is not usable.</exception>
    public static ArchivePlan Of(ArchiveOptions options)
    {
        if ((options.Root is null) == (options.Paths.Count + options.RawPaths.Count == 0))
        {
            throw new ArgumentException("Either a root directory or paths must be given to back up.", nameof(options));
        }

        ArchivePlan plan = new(new RawName("/"));
        if (options.Root is { } root)
        {
            RawName name = new(root.NodeName);
            if (!name.IsEntryName)
            {
                throw new ArgumentException($"'{root.NodeName}' cannot be the name of a directory in a snapshot.", nameof(options));
            }

            plan._children.Add(name, new ArchivePlan(new RawName(Path.GetFullPath(root.Directory))));
            return plan;
        }

        foreach (string path in options.Paths)
        {
            plan.Add([.. new RawName(Path.GetFullPath(path)).Split()]);
        }

        foreach (RawName path in options.RawPaths)
        {
            plan.Add([.. RawPath.Parts(path)]);
        }

        return plan;
    }

    /// <summary>The entries of this directory that are wanted.</summary>
    public IEnumerable<DirectoryEntry> Entries => _children.Select(child => new DirectoryEntry(child.Key, child.Value.IsOpened ? NodeType.Directory : null));

    // A planned directory may be reached through a link that the user named; what lies below a leaf may not.
    private bool IsOpened => Place is not null || _children.Count > 0;

    private void Add(ReadOnlySpan<RawName> parts)
    {
        ArchivePlan current = this;
        for (int i = 0; i < parts.Length; i++)
        {
            if (i > 0 && current._children.Count == 0)
            {
                // A path above is wanted whole already.
                return;
            }

            if (!current._children.TryGetValue(parts[i], out ArchivePlan? child))
            {
                child = new ArchivePlan(null);
                current._children.Add(parts[i], child);
                if (i + 1 < parts.Length)
                {
                    child.AddNew(parts[(i + 1)..]);
                }

                return;
            }

            current = child;
        }

        current._children.Clear();
    }

    private void AddNew(ReadOnlySpan<RawName> parts)
    {
        ArchivePlan child = new(null);
        _children.Add(parts[0], child);
        if (parts.Length > 1)
        {
            child.AddNew(parts[1..]);
        }
    }
}
