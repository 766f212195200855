using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>
/// A directory that is being restored. It is opened, and made, when the first entry below it needs it, and gets its metadata when the walk and all workers
/// have left it, because each entry that is made changes its time.
/// </summary>
internal sealed class RestoreFrame(RestoreFrame? above, RawName name, Node? node, TreeReader? entries, bool included)
{
    private readonly Lock _gate = new();
    private volatile DirectoryHandle? _handle;
    private int _users = 1;

    public RestoreFrame? Above { get; } = above;

    public RawName Name { get; } = name;

    /// <summary>Metadata to set at the end; null where there are none.</summary>
    public Node? Node { get; } = node;

    public TreeReader? Entries { get; } = entries;

    /// <summary>Whether everything below is wanted because the directory itself matched.</summary>
    public bool Included { get; } = included;

    /// <summary>Its names so far, to notice doubled ones; null where there is no tree.</summary>
    public SeenNames? Seen { get; } = entries is null ? null : new SeenNames(entries.Bytes);

    /// <summary>The names that the snapshot has here, collected where others are to be removed; null when they are not all known.</summary>
    public HashSet<RawName>? Names { get; set; } = [];

    /// <summary>The open directory, if anything was restored in it.</summary>
    public DirectoryHandle? Opened => _handle;

    /// <summary>Sets the directory of the root.</summary>
    public void Attach(DirectoryHandle handle) => _handle = handle;

    /// <summary>The open directory; opens, and makes, it and those above first.</summary>
    /// <exception cref="FileSystemException">Something is in the way, or the process may not.</exception>
    public DirectoryHandle Open(Func<DirectoryHandle, RawName, DirectoryHandle> make)
    {
        Stack<RestoreFrame> closed = new();
        RestoreFrame frame = this;
        for (; frame._handle is null; frame = frame.Above!)
        {
            closed.Push(frame);
        }

        DirectoryHandle handle = frame._handle;
        while (closed.TryPop(out RestoreFrame? next))
        {
            lock (next._gate)
            {
                handle = next._handle ??= make(handle, next.Name);
            }
        }

        return handle;
    }

    public void Enter() => Interlocked.Increment(ref _users);

    /// <summary>True for the last one who leaves, who then finishes the directory.</summary>
    public bool Leave() => Interlocked.Decrement(ref _users) == 0;

    /// <summary>The names from the target to an entry.</summary>
    public RawName[] PartsOf(RawName entry)
    {
        List<RawName> parts = [entry];
        for (RestoreFrame? frame = this; frame?.Above is not null; frame = frame.Above)
        {
            parts.Add(frame.Name);
        }

        parts.Reverse();
        return [.. parts];
    }

    /// <summary>The place of an entry.</summary>
    public RestorePath PathOf(RawName entry) => new(this, entry);

    /// <summary>The place of this directory.</summary>
    public RestorePath Path => new(Above, Name);
}
