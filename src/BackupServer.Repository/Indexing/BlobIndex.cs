using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Indexing;

/// <summary>
/// Which blob is in which pack, in memory: entries of 40 bytes in pieces that never move, a few bytes for each pack, and a table of ordinals
/// (5.3 to 8 bytes for each entry), which takes in new entries when somebody looks for one: what is read at once is put into a table of its final size. A blob that several packs
/// hold has several entries. Any thread; entries are never removed.
/// </summary>
internal sealed class BlobIndex
{
    private const int PieceBits = 12;
    private const int PieceSize = 1 << PieceBits;

    private readonly Lock _gate = new();
    private readonly List<StoredEntry[]> _pieces = [];
    private readonly List<EntryRun> _runs = [];
    private readonly List<ObjectId> _packs = [];
    private readonly List<long> _packSizes = [];

    private readonly OrdinalTable _table = new();
    private readonly OrdinalTable _packTable = new();
    private readonly Func<int, ObjectId> _idOf;
    private readonly Func<int, ObjectId> _packOf;
    private int _count;

    public BlobIndex() => (_idOf, _packOf) = (i => Entry_NeedsLock(i).Id, i => _packs[i]);

    /// <summary>Entries, duplicates included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes that entries, runs and table take.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_gate)
            {
                return ((long)_pieces.Count * PieceSize * Unsafe.SizeOf<StoredEntry>()) + ((long)_runs.Capacity * Unsafe.SizeOf<EntryRun>()) + _table.MemoryBytes;
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
            var ordinal = FindPack_NeedsLock(pack);
            var known = ordinal >= 0;
            if (!known)
            {
                ordinal = _packs.Count;
                _packs.Add(pack);
                _packSizes.Add(PackHeader.Overhead);
            }

            // Other writers name blobs in any order; in the order of the pack they make one run.
            foreach (var entry in IsInOrder(entries) ? entries : [.. entries.OrderBy(static entry => entry.Offset)])
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
            var slot = First_NeedsLock(blob);
            return Next_NeedsLock(blob, ref slot);
        }
    }

    /// <summary>Ordinals of all entries of a blob, the one that was added first coming first.</summary>
    public int[] FindAll(BlobHandle blob)
    {
        lock (_gate)
        {
            var found = new List<int>(1);
            var slot = First_NeedsLock(blob);
            while (Next_NeedsLock(blob, ref slot) is >= 0 and var ordinal)
            {
                found.Add(ordinal);
            }

            return [.. found];
        }
    }

    /// <summary>Every place of a blob, the one that was added first coming first.</summary>
    public BlobLocation[] Locate(BlobHandle blob)
    {
        var found = FindAll(blob);
        lock (_gate)
        {
            return Array.ConvertAll(found, Location_NeedsLock);
        }
    }

    public bool TryLocate(BlobHandle blob, out BlobLocation location)
    {
        lock (_gate)
        {
            var slot = First_NeedsLock(blob);
            var ordinal = Next_NeedsLock(blob, ref slot);
            location = ordinal >= 0 ? Location_NeedsLock(ordinal) : default;
            return ordinal >= 0;
        }
    }

    public IndexEntry Entry(int ordinal)
    {
        lock (_gate)
        {
            var (stored, run, length) = Place_NeedsLock(ordinal);
            return new IndexEntry(new BlobHandle(run.Type, stored.Id), run.Pack, stored.Offset, length, stored.UncompressedLength);
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
            ordinal = FindPack_NeedsLock(pack);
            return ordinal >= 0;
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
            for (var run = 0; run < _runs.Count; run++)
            {
                starts[_runs[run].Pack + 1] += EndOf_NeedsLock(run) - _runs[run].First;
            }

            for (var pack = 0; pack < _packs.Count; pack++)
            {
                starts[pack + 1] += starts[pack];
            }

            var next = starts.AsSpan(0, _packs.Count).ToArray();
            var ordinals = new int[_count];
            for (var run = 0; run < _runs.Count; run++)
            {
                for (var i = _runs[run].First; i < EndOf_NeedsLock(run); i++)
                {
                    ordinals[next[_runs[run].Pack]++] = i;
                }
            }

            return new PackGroups(starts, ordinals);
        }
    }

    private static bool IsInOrder(IReadOnlyList<PackEntry> entries)
    {
        for (var i = 1; i < entries.Count; i++)
        {
            if (entries[i].Offset < entries[i - 1].Offset)
            {
                return false;
            }
        }

        return true;
    }

    private BlobLocation Location_NeedsLock(int ordinal)
    {
        var (stored, run, length) = Place_NeedsLock(ordinal);
        return new BlobLocation(_packs[run.Pack], stored.Offset, length, stored.UncompressedLength);
    }

    private ref readonly StoredEntry Entry_NeedsLock(int ordinal) => ref _pieces[ordinal >> PieceBits][ordinal & (PieceSize - 1)];

    /// <summary>An entry with its run, and its length: up to the next entry, or to the end of the run.</summary>
    private (StoredEntry Stored, EntryRun Run, uint Length) Place_NeedsLock(int ordinal)
    {
        var number = RunOf_NeedsLock(ordinal);
        var run = _runs[number];
        var stored = Entry_NeedsLock(ordinal);
        var end = ordinal + 1 < EndOf_NeedsLock(number) ? Entry_NeedsLock(ordinal + 1).Offset : run.End;
        return (stored, run, end - stored.Offset);
    }

    private int RunOf_NeedsLock(int ordinal)
    {
        var runs = CollectionsMarshal.AsSpan(_runs);
        var (low, high) = (0, runs.Length);
        while (high - low > 1)
        {
            var middle = (low + high) >>> 1;
            (low, high) = runs[middle].First <= ordinal ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The ordinal behind a run's last entry.</summary>
    private int EndOf_NeedsLock(int run) => run + 1 < _runs.Count ? _runs[run + 1].First : _count;

    private bool Exists_NeedsLock(PackEntry entry, int pack)
    {
        var slot = First_NeedsLock(entry.Blob);
        while (Next_NeedsLock(entry.Blob, ref slot) is >= 0 and var ordinal)
        {
            if (_runs[RunOf_NeedsLock(ordinal)].Pack == pack && Entry_NeedsLock(ordinal).Offset == entry.Offset)
            {
                return true;
            }
        }

        return false;
    }

    private void Add_NeedsLock(PackEntry entry, int pack)
    {
        if (_count >> PieceBits == _pieces.Count)
        {
            _pieces.Add(GC.AllocateUninitializedArray<StoredEntry>(PieceSize));
        }

        _pieces[_count >> PieceBits][_count & (PieceSize - 1)] = new StoredEntry(entry.Blob.Id, entry.Offset, entry.UncompressedLength);
        var continues = _runs.Count > 0 && _runs[^1] is var last && last.Pack == pack && last.Type == entry.Blob.Type && last.End == entry.Offset;
        var run = new EntryRun(continues ? _runs[^1].First : _count, pack, entry.Blob.Type, entry.Offset + entry.Length);
        if (continues)
        {
            _runs[^1] = run;
        }
        else
        {
            _runs.Add(run);
        }

        _packSizes[pack] += entry.Length + entry.HeaderLength;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Where to look for a blob first; the table has all entries then.</summary>
    private int First_NeedsLock(BlobHandle blob)
    {
        _table.Fill(_count, _idOf);
        return _table.First(blob.Id);
    }

    /// <summary>Ordinal of the blob's next entry from a slot on, which moves behind it; -1 if there is none.</summary>
    private int Next_NeedsLock(BlobHandle blob, ref int slot)
    {
        int ordinal;
        do
        {
            ordinal = _table.Next(blob.Id, ref slot);
        }
        while (ordinal >= 0 && (Entry_NeedsLock(ordinal).Id != blob.Id || _runs[RunOf_NeedsLock(ordinal)].Type != blob.Type));
        return ordinal;
    }

    private int FindPack_NeedsLock(ObjectId pack)
    {
        _packTable.Fill(_packs.Count, _packOf);
        var slot = _packTable.First(pack);
        int ordinal;
        do
        {
            ordinal = _packTable.Next(pack, ref slot);
        }
        while (ordinal >= 0 && _packs[ordinal] != pack);
        return ordinal;
    }
}
