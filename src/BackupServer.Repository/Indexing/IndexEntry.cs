namespace BackupServer.Repository.Indexing;

/// <summary>One blob in one pack, as callers see it; <see cref="StoredEntry"/> is what takes memory.</summary>
internal readonly struct IndexEntry(BlobHandle blob, int pack, uint offset, uint length, uint uncompressedLength)
{
    public readonly uint Offset = offset;
    public readonly uint Length = length;
    public readonly uint UncompressedLength = uncompressedLength;

    public BlobHandle Blob { get; } = blob;

    public ObjectId Id => Blob.Id;

    public BlobType Type => Blob.Type;

    /// <summary>Ordinal of the pack.</summary>
    public int Pack { get; } = pack;
}
