using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Rewriting;

/// <summary>
/// Applies an edit to whole trees, from the leaves up. Trees that do not change keep their bytes. Directories are kept on an own stack, because a hostile
/// snapshot is deeper than a thread's.
/// </summary>
/// <param name="repository">Where the trees are; its index must be loaded.</param>
/// <param name="edit">What is done.</param>
/// <param name="save">Whether changed trees are stored; otherwise only their ids are computed.</param>
/// <param name="onChange">Hears of each path that changes, and how.</param>
internal sealed class TreeRewriter(Repository repository, TreeEdit edit, bool save, Action<string, string>? onChange = null)
{
    private readonly Dictionary<(RawName Path, ObjectId Tree), EditedTree> _known = [];

    /// <summary>Edits a root; null when not even the root can be read, and the edit salvages.</summary>
    /// <exception cref="RepositoryException">A tree cannot be read, or not be written again without loss.</exception>
    public async Task<EditedTree?> RewriteAsync(ObjectId root, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(Key([], root), out var known))
        {
            return known;
        }

        if (await TryReadAsync([], root, cancellationToken) is not { } nodes)
        {
            return null;
        }

        var stack = new Stack<Frame>();
        stack.Push(new Frame([], root, nodes));
        while (true)
        {
            var frame = stack.Peek();
            if (frame.Next < frame.Nodes.Count)
            {
                if (await VisitAsync(frame, frame.Nodes[frame.Next++], cancellationToken) is { } below)
                {
                    stack.Push(below);
                }

                continue;
            }

            var edited = await FinishAsync(stack.Pop(), cancellationToken);
            if (!stack.TryPeek(out var above))
            {
                return edited;
            }

            above.Complete(edited);
        }
    }

    /// <summary>The frame of a directory that must be looked at first; otherwise the entry is done.</summary>
    private async Task<Frame?> VisitAsync(Frame frame, Node node, CancellationToken cancellationToken)
    {
        RawName[] path = [.. frame.Path, node.Name];
        if (edit.Edit(path, node) is not { } edited)
        {
            onChange?.Invoke(Text(path), "removed");
            var (files, bytes) = await CountAsync(node, cancellationToken);
            frame.Drop(files, bytes);
            return null;
        }

        if (!ReferenceEquals(edited, node))
        {
            onChange?.Invoke(Text(path), "damaged parts removed");
            frame.Change(node, edited);
        }

        if (edited is not { Type: NodeType.Directory, Subtree: { } subtree })
        {
            frame.Results.Add(edited);
            return null;
        }

        frame.Waiting = edited;
        if (_known.TryGetValue(Key(path, subtree), out var known))
        {
            frame.Complete(known);
            return null;
        }

        if (await TryReadAsync(path, subtree, cancellationToken) is { } nodes)
        {
            return new Frame(path, subtree, nodes);
        }

        onChange?.Invoke(Text(path), "its tree is lost: now an empty directory");
        frame.Complete(new EditedTree(await SaveAsync([], cancellationToken), 0, 0, 1));
        return null;
    }

    private async Task<EditedTree> FinishAsync(Frame frame, CancellationToken cancellationToken)
    {
        var id = frame.Tree;
        if (frame.IsChanged)
        {
            RequireLossless(frame);
            id = await SaveAsync(frame.Results, cancellationToken);
        }

        var edited = new EditedTree(id, frame.DroppedFiles, frame.DroppedBytes, frame.Changes);
        _known[Key(frame.Path, frame.Tree)] = edited;
        return edited;
    }

    /// <summary>A tree with members that this program does not know would lose them.</summary>
    private void RequireLossless(Frame frame)
    {
        if (edit.Salvages)
        {
            return;
        }

        ObjectId again;
        try
        {
            again = ObjectId.Of(TreeCodec.Encode(frame.Nodes));
        }
        catch (InvalidOperationException e)
        {
            throw Lossy(frame, e);
        }

        if (again != frame.Tree)
        {
            throw Lossy(frame, null);
        }
    }

    private RepositoryException Lossy(Frame frame, Exception? inner) => new(
        RepositoryErrorKind.Refused,
        $"the tree of '{Text(frame.Path)}' in {repository.Location} cannot be written again without losing something: its names are not in order, or another program wrote members that this one does not know",
        inner);

    private async Task<ObjectId> SaveAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        var tree = TreeCodec.Encode(edit.Salvages ? nodes.DistinctBy(static node => node.Name).OrderBy(static node => node.Name) : nodes);
        return save ? (await repository.SaveBlobAsync(BlobType.Tree, tree, cancellationToken)).Id : ObjectId.Of(tree);
    }

    private async Task<IReadOnlyList<Node>?> TryReadAsync(RawName[] path, ObjectId tree, CancellationToken cancellationToken)
    {
        try
        {
            return TreeCodec.Decode(await repository.LoadBlobAsync(BlobType.Tree, tree, cancellationToken));
        }
        catch (Exception e) when (edit.Salvages && e is TreeFormatException or RepositoryException { Kind: RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound })
        {
            // What is replaced is told where it is replaced.
            return null;
        }
        catch (TreeFormatException e)
        {
            throw new RepositoryException(RepositoryErrorKind.Damaged, $"the tree of '{Text(path)}' in {repository.Location} is damaged: {e.Message}; 'repair snapshots' replaces it", e);
        }
    }

    /// <summary>Files and bytes of an entry and everything below it, as far as it can be read.</summary>
    private async Task<(long Files, long Bytes)> CountAsync(Node node, CancellationToken cancellationToken)
    {
        var (files, bytes) = (0L, 0L);
        var open = new Stack<Node>([node]);
        while (open.TryPop(out var current))
        {
            files += current.Type == NodeType.File ? 1 : 0;
            bytes += current.Type == NodeType.File ? (long)current.Size : 0;
            if (current is { Type: NodeType.Directory, Subtree: { } subtree })
            {
                foreach (var below in await TryReadAsync([current.Name], subtree, cancellationToken) ?? [])
                {
                    open.Push(below);
                }
            }
        }

        return (files, bytes);
    }

    private (RawName Path, ObjectId Tree) Key(RawName[] path, ObjectId tree) => (edit.DependsOnPath ? new RawName(string.Join('/', path)) : default, tree);

    private static string Text(RawName[] path) => "/" + string.Join('/', path);

    private sealed class Frame(RawName[] path, ObjectId tree, IReadOnlyList<Node> nodes)
    {
        public RawName[] Path => path;

        public ObjectId Tree => tree;

        public IReadOnlyList<Node> Nodes => nodes;

        public List<Node> Results { get; } = new(nodes.Count);

        public int Next { get; set; }

        public Node? Waiting { get; set; }

        public bool IsChanged { get; private set; }

        public long DroppedFiles { get; private set; }

        public long DroppedBytes { get; private set; }

        public long Changes { get; private set; }

        public void Drop(long files, long bytes)
        {
            DroppedFiles += files;
            DroppedBytes += bytes;
            Changes++;
            IsChanged = true;
        }

        public void Change(Node before, Node after)
        {
            DroppedBytes += (long)before.Size - (long)after.Size;
            Changes++;
            IsChanged = true;
        }

        /// <summary>Takes the waiting directory with the tree that it has now.</summary>
        public void Complete(EditedTree below)
        {
            IsChanged |= below.Id != Waiting!.Subtree;
            DroppedFiles += below.DroppedFiles;
            DroppedBytes += below.DroppedBytes;
            Changes += below.Changes;
            Results.Add(Waiting with { Subtree = below.Id });
            Waiting = null;
        }
    }
}
