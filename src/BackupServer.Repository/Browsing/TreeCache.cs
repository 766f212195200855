namespace BackupServer.Repository.Browsing;

/// <summary>The trees that were used last, as bytes, so that many look-ups near each other load a directory once. Safe for concurrent use.</summary>
internal sealed class TreeCache(Repository repository)
{
    private const int Capacity = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectId, LinkedListNode<(ObjectId Id, byte[] Tree)>> _trees = [];
    private readonly LinkedList<(ObjectId Id, byte[] Tree)> _recent = new();
    private long _size;

    /// <summary>The bytes of a tree.</summary>
    /// <exception cref="RepositoryException">It is missing or damaged.</exception>
    public async ValueTask<byte[]> GetAsync(ObjectId id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_trees.TryGetValue(id, out LinkedListNode<(ObjectId Id, byte[] Tree)>? known))
            {
                _recent.Remove(known);
                _recent.AddFirst(known);
                return known.Value.Tree;
            }
        }

        byte[] tree = await repository.LoadBlobAsync(BlobType.Tree, id, cancellationToken);
        Add(id, tree);
        return tree;
    }

    private void Add(ObjectId id, byte[] tree)
    {
        lock (_gate)
        {
            if (tree.Length > Capacity / 4 || _trees.ContainsKey(id))
            {
                return;
            }

            _trees.Add(id, _recent.AddFirst((id, tree)));
            _size += tree.Length;
            while (_size > Capacity)
            {
                (ObjectId oldId, byte[] oldTree) = _recent.Last!.Value;
                _recent.RemoveLast();
                _trees.Remove(oldId);
                _size -= oldTree.Length;
            }
        }
    }
}
