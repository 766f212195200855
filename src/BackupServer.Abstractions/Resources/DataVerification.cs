using BackupServer.Abstractions.Resources.Backups;

namespace BackupServer.Abstractions.Resources;

/// <summary>What was read back of a volume's data before its snapshot was committed. All of it was authenticated and compared with its hash.</summary>
public sealed record DataVerification
{
    /// <summary>How much was asked for.</summary>
    public VerificationMode Mode { get; set; }

    /// <summary>Packs that the copy wrote.</summary>
    public int NewPacks { get; set; }

    /// <summary>Of these, packs that were read.</summary>
    public int NewPacksRead { get; set; }

    /// <summary>Pieces of content that earlier copies stored and this one leans on.</summary>
    public int ReusedBlobs { get; set; }

    /// <summary>Of these, pieces that were read.</summary>
    public int ReusedBlobsRead { get; set; }

    /// <summary>Packs that these pieces are in.</summary>
    public int ReusedPacks { get; set; }

    /// <summary>Of these, packs that a piece was read from.</summary>
    public int ReusedPacksRead { get; set; }

    /// <summary>Bytes that were read, beside the directories.</summary>
    public long BytesRead { get; set; }
}
