namespace BackupServer.Repository.Indexing;

/// <summary>Members of an index file's objects.</summary>
internal enum IndexMember
{
    Unknown,
    Packs,
    Blobs,
    Id,
    Type,
    Offset,
    Length,
    UncompressedLength,
}
