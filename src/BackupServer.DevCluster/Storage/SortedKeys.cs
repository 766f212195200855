namespace BackupServer.DevCluster.Storage;

/// <summary>
/// Keys in order (namespace, then name, by ordinal), in blocks of bounded size: inserting among 300,000 keys moves a few hundred
/// references. Not thread-safe; guarded by the store's lock.
/// </summary>
internal sealed class SortedKeys
{
    private const int BlockSize = 512;
    private readonly List<List<KeyHistory>> _blocks = [];

    public int Count { get; private set; }

    public KeyHistory? Find(string ns, string name)
    {
        var (block, index) = Seek(ns, name);
        return block < _blocks.Count && index < _blocks[block].Count && Compare(_blocks[block][index], ns, name) == 0 ? _blocks[block][index] : null;
    }

    public KeyHistory GetOrAdd(string ns, string name)
    {
        var (block, index) = Seek(ns, name);
        if (block < _blocks.Count && index < _blocks[block].Count && Compare(_blocks[block][index], ns, name) == 0)
        {
            return _blocks[block][index];
        }

        var added = new KeyHistory(ns, name);
        Insert(block, index, added);
        Count++;
        return added;
    }

    public void Remove(KeyHistory key)
    {
        var (block, index) = Seek(key.Namespace, key.Name);
        if (block < _blocks.Count && index < _blocks[block].Count && ReferenceEquals(_blocks[block][index], key))
        {
            _blocks[block].RemoveAt(index);
            Count--;
            if (_blocks[block].Count == 0)
            {
                _blocks.RemoveAt(block);
            }
        }
    }

    /// <summary>Keys from the given one on, in order. The collection must not change meanwhile.</summary>
    public IEnumerable<KeyHistory> From(string ns, string name)
    {
        var (block, index) = Seek(ns, name);
        for (; block < _blocks.Count; block++, index = 0)
        {
            for (; index < _blocks[block].Count; index++)
            {
                yield return _blocks[block][index];
            }
        }
    }

    /// <summary>How many keys come before the given one.</summary>
    public long Rank(string ns, string name)
    {
        var (block, index) = Seek(ns, name);
        long rank = index;
        for (var i = 0; i < block; i++)
        {
            rank += _blocks[i].Count;
        }

        return rank;
    }

    private static int Compare(KeyHistory key, string ns, string name)
    {
        var order = string.CompareOrdinal(key.Namespace, ns);
        return order != 0 ? order : string.CompareOrdinal(key.Name, name);
    }

    private (int Block, int Index) Seek(string ns, string name)
    {
        int low = 0, high = _blocks.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Compare(_blocks[middle][^1], ns, name) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == _blocks.Count)
        {
            return low == 0 ? (0, 0) : (low - 1, _blocks[low - 1].Count);
        }

        var keys = _blocks[low];
        int from = 0, to = keys.Count;
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (Compare(keys[middle], ns, name) < 0)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return (low, from);
    }

    private void Insert(int block, int index, KeyHistory key)
    {
        if (_blocks.Count == 0)
        {
            _blocks.Add([key]);
            return;
        }

        var keys = _blocks[block];
        keys.Insert(index, key);
        if (keys.Count > BlockSize)
        {
            var upper = keys.GetRange(BlockSize / 2, keys.Count - (BlockSize / 2));
            keys.RemoveRange(BlockSize / 2, keys.Count - (BlockSize / 2));
            _blocks.Insert(block + 1, upper);
        }
    }
}
