namespace BackupServer.Repository.Counting;

/// <summary>What some snapshots take. Numbers that a mode does not count are 0.</summary>
public sealed record RepositoryCounts
{
    /// <summary>Snapshots that were looked at.</summary>
    public int Snapshots { get; init; }

    /// <summary>Entries (<see cref="CountMode.RestoreSize"/>: directories too) or files.</summary>
    public long Files { get; init; }

    /// <summary>Blobs.</summary>
    public long Blobs { get; init; }

    /// <summary>Bytes; with <see cref="CountMode.RawData"/> as stored, otherwise of the contents.</summary>
    public long Bytes { get; init; }

    /// <summary><see cref="CountMode.RawData"/>: bytes that the blobs would take without compression.</summary>
    public long UncompressedBytes { get; init; }

    /// <summary><see cref="CountMode.RawData"/>: bytes of the blobs that are compressed, before compression.</summary>
    public long CompressedBlobsUncompressedBytes { get; init; }

    /// <summary><see cref="CountMode.RawData"/>: bytes of the blobs that are compressed, as stored.</summary>
    public long CompressedBlobsBytes { get; init; }
}
