namespace BackupServer.Repository.Checking;

/// <summary>What is wrong.</summary>
public enum CheckProblemKind
{
    /// <summary>An index file is not readable.</summary>
    IndexDamaged,

    /// <summary>A snapshot file is not readable.</summary>
    SnapshotDamaged,

    /// <summary>The index names a pack that does not exist.</summary>
    PackMissing,

    /// <summary>A pack is longer or shorter than what the index says is in it.</summary>
    PackSize,

    /// <summary>A pack's bytes, header or order of blobs is wrong.</summary>
    PackDamaged,

    /// <summary>A blob does not authenticate, does not decompress to its length, or has another hash.</summary>
    BlobDamaged,

    /// <summary>A tree or a file needs a blob that no index has.</summary>
    BlobMissing,

    /// <summary>A tree blob is whole but is not a valid tree.</summary>
    TreeInvalid,
}
