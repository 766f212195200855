namespace BackupServer.Repository.Packing;

/// <summary>
/// What this engine takes into memory at once. The format allows blobs of 4 GiB, and an index that lies costs its writer nothing: without limits a repository of a few
/// kilobytes could ask for any amount of memory.
/// </summary>
internal static class BlobLimits
{
    /// <summary>Bytes of a data blob; stock restic cuts at 8 MiB.</summary>
    public const long Data = 128L << 20;

    /// <summary>Bytes of a tree blob: a directory of two million files.</summary>
    public const long Tree = 1L << 30;

    /// <summary>Bytes of a file that is read as a whole.</summary>
    public const long File = 1L << 30;

    /// <summary>Blobs of a pack, whose header may have 16 MiB of entries.</summary>
    public const int BlobsPerPack = PackHeader.MaximumLength / 37;

    /// <summary>The longest plaintext of a type.</summary>
    public static long Of(BlobType type) => type == BlobType.Tree ? Tree : Data;
}
