using System.Numerics;

namespace BackupServer.Repository.Indexing;

/// <summary>
/// An open addressed table from ids to their ordinals in a list that somebody else keeps: 5.3 to 8 bytes for each. Above an ordinal lie as many bits of its id as there is room
/// for, so that few ids are compared in vain. An id may have several ordinals. Not thread safe.
/// </summary>
internal sealed class OrdinalTable
{
    private const uint Empty = 0;

    private uint[] _slots = new uint[16];
    private uint _ordinalMask = 31;
    private int _count;

    /// <summary>Bytes that it takes.</summary>
    public long MemoryBytes => (long)_slots.Length * sizeof(uint);

    /// <summary>Takes in the ordinals below a count that it does not have yet. Three quarters of the slots are taken at most; it grows by half, or at once to what is needed.</summary>
    public void Fill(int count, Func<int, ObjectId> idOf)
    {
        if (count * 4L > _slots.Length * 3L)
        {
            var length = Math.Max(_slots.Length * 3L / 2, (count * 4L / 3) + 1);
            _slots = [];
            _slots = new uint[length];
            _ordinalMask = BitOperations.RoundUpToPowerOf2((uint)length + 1) - 1;
            _count = 0;
        }

        for (; _count < count; _count++)
        {
            var id = idOf(_count);
            var slot = First(id);
            while (_slots[slot] != Empty)
            {
                slot = Behind(slot);
            }

            _slots[slot] = (uint)(_count + 1) | MarkOf(id);
        }
    }

    /// <summary>Where to look for an id first.</summary>
    public int First(ObjectId id) => (int)Math.BigMul(id.Spread, (ulong)_slots.Length, out _);

    /// <summary>The next ordinal from a slot on that may be the id's, lower ones first; -1 if there is none. The slot moves behind it.</summary>
    public int Next(ObjectId id, ref int slot)
    {
        var mark = MarkOf(id);
        while (_slots[slot] is not Empty and var taken)
        {
            slot = Behind(slot);
            if ((taken & ~_ordinalMask) == mark)
            {
                return (int)(taken & _ordinalMask) - 1;
            }
        }

        return -1;
    }

    private int Behind(int slot) => slot + 1 == _slots.Length ? 0 : slot + 1;

    private uint MarkOf(ObjectId id) => (uint)id.Spread & ~_ordinalMask;
}
