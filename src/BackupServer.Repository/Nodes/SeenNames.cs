namespace BackupServer.Repository.Nodes;

/// <summary>
/// Notices names that a tree has twice. While the names increase, as they must, that costs one comparison each; a tree that another program left unsorted is read again up to here,
/// and its names are kept.
/// </summary>
internal sealed class SeenNames(ReadOnlyMemory<byte> tree)
{
    private RawName _last;
    private int _count;
    private HashSet<RawName>? _names;

    /// <summary>Whether every name came behind the one before.</summary>
    public bool AreSorted => _names is null;

    /// <summary>Takes the next name of the tree; false when it was there before. Every node's name must be given, in the order of the tree.</summary>
    public bool Add(RawName name)
    {
        if (_names is null)
        {
            bool increases = _count == 0 || _last < name;
            if (increases || _last == name)
            {
                _last = name;
                _count++;
                return increases;
            }

            _names = [.. TreeReader.ReadAll(tree).Take(_count).Select(node => node.Name)];
        }

        return _names.Add(name);
    }
}
