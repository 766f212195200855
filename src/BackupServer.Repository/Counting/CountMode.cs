namespace BackupServer.Repository.Counting;

/// <summary>What is counted. Names and meanings are those of stock restic's <c>stats --mode</c>.</summary>
public enum CountMode
{
    /// <summary>What a restore of every snapshot would write; names of the same hard link once in a snapshot.</summary>
    RestoreSize,

    /// <summary>Files with different contents.</summary>
    FilesByContents,

    /// <summary>Different blobs of each path, for files with different contents.</summary>
    BlobsPerFile,

    /// <summary>Blobs that the snapshots need, each once, as they are stored.</summary>
    RawData,
}
