namespace BackupServer.Repository.Chunking;

/// <summary>
/// Sizes of data blobs. Readers accept any. Small chunks make scattered changes of a database cheap, large ones keep indexes small and compress better: about 384 KiB was found
/// to store as little as stock restic's 1.3 MiB and to write half as much again after scattered changes (docs/performance.md).
/// </summary>
public static class ChunkLimits
{
    /// <summary>No chunk but a file's last, or one in front of a run of zeros, is shorter.</summary>
    public const int Minimum = 192 * 1024;

    /// <summary>Where boundaries become sixteen times as likely, so that most chunks end soon behind it.</summary>
    public const int Normal = 320 * 1024;

    /// <summary>No chunk is longer.</summary>
    public const int Maximum = 1024 * 1024;

    /// <summary>Long runs of zeros are cut in pieces of exactly this size: the one blob for which <c>restic restore --sparse</c> makes holes.</summary>
    public const int ZeroPiece = 512 * 1024;
}
