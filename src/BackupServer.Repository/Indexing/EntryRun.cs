namespace BackupServer.Repository.Indexing;

/// <summary>Successive entries of one pack and type without gaps between them, so that each ends where the next begins: mostly all blobs of a pack.</summary>
internal readonly struct EntryRun(int first, int pack, BlobType type, uint end)
{
    private const int TreeFlag = 1 << 30;
    private readonly int _packAndType = pack | (type == BlobType.Tree ? TreeFlag : 0);

    /// <summary>Ordinal of its first entry.</summary>
    public readonly int First = first;

    /// <summary>Where the last entry ends in the pack.</summary>
    public readonly uint End = end;

    public BlobType Type => (_packAndType & TreeFlag) != 0 ? BlobType.Tree : BlobType.Data;

    /// <summary>Ordinal of the pack.</summary>
    public int Pack => _packAndType & ~TreeFlag;
}
