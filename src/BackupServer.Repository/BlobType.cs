namespace BackupServer.Repository;

/// <summary>What a blob holds. The values are the low bit of the type byte in a pack header.</summary>
public enum BlobType
{
    /// <summary>A piece of a file's content.</summary>
    Data = 0,

    /// <summary>A directory, as JSON.</summary>
    Tree = 1,
}
