using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Indexing;

/// <summary>
/// Which blob is in which pack, in memory: entries of 48 bytes in pieces that never move, and an open addressed table of their ordinals
/// (4.6 to 9 bytes each). A blob that several packs hold has several entries. Any thread; entries are never removed.
/// </summary>
internal sealed class BlobIndex
{
    private const int PieceBits = 12;
    private const int PieceSize = 1 << PieceBits;
    private const int Empty = 0;

    private readonly Lock _gate = new();
    private readonly List<IndexEntry[]> _pieces = [];
    private readonly List<ObjectId> _packs = [];
    private readonly List<long> _packSizes = [];
    private readonly Dictionary<ObjectId, int> _packOrdinals = [];
    private int[] _slots = new int[1024];
    private int _count;

    /// <summary>Entries, duplicates included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes that entries and table take.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_gate)
            {
                return ((long)_pieces.Count * PieceSize * Unsafe.SizeOf<IndexEntry>()) + ((long)_slots.Length * sizeof(int));
            }
        }
    }

    public int PackCount
    {
        get
        {
            lock (_gate)
            {
                return _packs.Count;
            }
        }
    }

    /// <summary>
    /// Adds what a pack holds and returns the pack's ordinal. Entries that are there already, of a pack that two index files list, are not
    /// added again.
    /// </summary>
    public int AddPack(ObjectId pack, IReadOnlyList<PackEntry> entries)
    {
        lock (_gate)
        {
            var known = _packOrdinals.TryGetValue(pack, out var ordinal);
            if (!known)
            {
                ordinal = _packs.Count;
                _packs.Add(pack);
                _packSizes.Add(PackHeader.Overhead);
                _packOrdinals.Add(pack, ordinal);
            }

            foreach (var entry in entries)
            {
                if (!known || !Exists_NeedsLock(entry, ordinal))
                {
                    Add_NeedsLock(entry, ordinal);
                }
            }

            return ordinal;
        }
    }

    public bool Contains(BlobHandle blob) => FindFirst(blob) >= 0;

    /// <summary>Ordinal of a blob's first entry, which stands for the blob where blobs are counted or marked; -1 if there is none.</summary>
    public int FindFirst(BlobHandle blob)
    {
        lock (_gate)
        {
            foreach (var ordinal in Find_NeedsLock(blob))
            {
                return ordinal;
            }

            return -1;
        }
    }

    /// <summary>Ordinals of all entries of a blob.</summary>
    public int[] FindAll(BlobHandle blob)
    {
        lock (_gate)
        {
            return [.. Find_NeedsLock(blob)];
        }
    }

    /// <summary>Every place of a blob, the one that was added first coming first.</summary>
    public BlobLocation[] Locate(BlobHandle blob)
    {
        lock (_gate)
        {
            return [.. Find_NeedsLock(blob).Select(ordinal => Location_NeedsLock(ordinal))];
        }
    }

    public bool TryLocate(BlobHandle blob, out BlobLocation location)
    {
        lock (_gate)
        {
            foreach (var ordinal in Find_NeedsLock(blob))
            {
                location = Location_NeedsLock(ordinal);
                return true;
            }
        }

        location = default;
        return false;
    }

    public IndexEntry Entry(int ordinal)
    {
        lock (_gate)
        {
            return Entry_NeedsLock(ordinal);
        }
    }

    public ObjectId Pack(int ordinal)
    {
        lock (_gate)
        {
            return _packs[ordinal];
        }
    }

    public bool TryGetPack(ObjectId pack, out int ordinal)
    {
        lock (_gate)
        {
            return _packOrdinals.TryGetValue(pack, out ordinal);
        }
    }

    /// <summary>Bytes that a pack must have, by what is in it.</summary>
    public long PackSize(int ordinal)
    {
        lock (_gate)
        {
            return _packSizes[ordinal];
        }
    }

    /// <summary>The entries' ordinals, ordered by pack, and where each pack's begin: 4 bytes for a blob.</summary>
    public PackGroups GroupByPack()
    {
        lock (_gate)
        {
            var starts = new int[_packs.Count + 1];
            for (var i = 0; i < _count; i++)
            {
                starts[Entry_NeedsLock(i).Pack + 1]++;
            }

            for (var pack = 0; pack < _packs.Count; pack++)
            {
                starts[pack + 1] += starts[pack];
            }

            var next = starts.AsSpan(0, _packs.Count).ToArray();
            var ordinals = new int[_count];
            for (var i = 0; i < _count; i++)
            {
                ordinals[next[Entry_NeedsLock(i).Pack]++] = i;
            }

            return new PackGroups(starts, ordinals);
        }
    }

    private BlobLocation Location_NeedsLock(int ordinal)
    {
        ref readonly var entry = ref Entry_NeedsLock(ordinal);
        return new BlobLocation(_packs[entry.Pack], entry.Offset, entry.Length, entry.UncompressedLength);
    }

    private ref readonly IndexEntry Entry_NeedsLock(int ordinal) => ref _pieces[ordinal >> PieceBits][ordinal & (PieceSize - 1)];

    private bool Exists_NeedsLock(PackEntry entry, int pack)
    {
        foreach (var ordinal in Find_NeedsLock(entry.Blob))
        {
            ref readonly var known = ref Entry_NeedsLock(ordinal);
            if (known.Pack == pack && known.Offset == entry.Offset)
            {
                return true;
            }
        }

        return false;
    }

    private void Add_NeedsLock(PackEntry entry, int pack)
    {
        if ((_count + 1) * 8L > _slots.Length * 7L)
        {
            Grow_NeedsLock();
        }

        if (_count >> PieceBits == _pieces.Count)
        {
            _pieces.Add(new IndexEntry[PieceSize]);
        }

        _pieces[_count >> PieceBits][_count & (PieceSize - 1)] =
            new IndexEntry(entry.Blob, pack, entry.Offset, entry.Length, entry.UncompressedLength);
        _packSizes[pack] += entry.Length + entry.HeaderLength;
        Insert_NeedsLock(entry.Blob.Id, _count);
        Volatile.Write(ref _count, _count + 1);
    }

    private void Insert_NeedsLock(ObjectId id, int ordinal)
    {
        var mask = _slots.Length - 1;
        var slot = (int)id.Spread & mask;
        while (_slots[slot] != Empty)
        {
            slot = (slot + 1) & mask;
        }

        _slots[slot] = ordinal + 1;
    }

    [SuppressMessage("Performance", "CA1859", Justification = "An iterator has no narrower type.")]
    private IEnumerable<int> Find_NeedsLock(BlobHandle blob)
    {
        var mask = _slots.Length - 1;
        for (var slot = (int)blob.Id.Spread & mask; _slots[slot] != Empty; slot = (slot + 1) & mask)
        {
            var ordinal = _slots[slot] - 1;
            var entry = Entry_NeedsLock(ordinal);
            if (entry.Id == blob.Id && entry.Type == blob.Type)
            {
                yield return ordinal;
            }
        }
    }

    private void Grow_NeedsLock()
    {
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            Insert_NeedsLock(Entry_NeedsLock(i).Id, i);
        }
    }
}
