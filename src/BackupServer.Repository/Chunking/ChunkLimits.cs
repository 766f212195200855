namespace BackupServer.Repository.Chunking;

/// <summary>Sizes of data blobs. Readers accept any; these keep the index of the stock CLI small and its memory bounded.</summary>
public static class ChunkLimits
{
    /// <summary>No chunk but a file's last, or one in front of a run of zeros, is shorter.</summary>
    public const int Minimum = 512 * 1024;

    /// <summary>No chunk is longer.</summary>
    public const int Maximum = 8 * 1024 * 1024;

    /// <summary>Long runs of zeros are cut in pieces of exactly this size: the one blob for which <c>restic restore --sparse</c> makes holes.</summary>
    public const int ZeroPiece = 512 * 1024;
}
