using System.Runtime.InteropServices;

namespace BackupServer.Repository.Indexing;

/// <summary>One blob in one pack: 48 bytes, of which there are many millions.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct IndexEntry(BlobHandle blob, int pack, uint offset, uint length, uint uncompressedLength)
{
    private const int TreeFlag = 1 << 30;

    // The id comes first: anything before it would be padded to its alignment, and 48 bytes would be 56.
    public readonly ObjectId Id = blob.Id;
    private readonly int _packAndType = pack | (blob.Type == BlobType.Tree ? TreeFlag : 0);
    public readonly uint Offset = offset;
    public readonly uint Length = length;
    public readonly uint UncompressedLength = uncompressedLength;

    public BlobType Type => (_packAndType & TreeFlag) != 0 ? BlobType.Tree : BlobType.Data;

    public BlobHandle Blob => new(Type, Id);

    /// <summary>Ordinal of the pack.</summary>
    public int Pack => _packAndType & ~TreeFlag;
}
