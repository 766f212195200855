namespace BackupServer.Repository.Checking;

/// <summary>What was read back of snapshots before they were committed. Everything in it was authenticated and compared with its hash.</summary>
public sealed record VerificationProof
{
    /// <summary>How much was asked for.</summary>
    public required VerificationDepth Depth { get; init; }

    /// <summary>Packs that the backup wrote; their presence and size were compared in every mode.</summary>
    public int NewPacks { get; init; }

    /// <summary>Of these, packs that were read.</summary>
    public int NewPacksRead { get; init; }

    /// <summary>Pieces of content that earlier backups stored and this one leans on.</summary>
    public int ReusedBlobs { get; init; }

    /// <summary>Of these, pieces that were read.</summary>
    public int ReusedBlobsRead { get; init; }

    /// <summary>Packs that these pieces are in; one piece of each is read at least, up to the limit of a sample.</summary>
    public int ReusedPacks { get; init; }

    /// <summary>Of these, packs that a piece was read from.</summary>
    public int ReusedPacksRead { get; init; }

    /// <summary>Bytes that were read of packs and pieces, beside the trees.</summary>
    public long BytesRead { get; init; }

    /// <summary>Several together; the least depth counts.</summary>
    public static VerificationProof Sum(IReadOnlyCollection<VerificationProof> proofs) => new()
    {
        Depth = proofs.Count > 0 ? proofs.Min(proof => proof.Depth) : VerificationDepth.Structure,
        NewPacks = proofs.Sum(proof => proof.NewPacks),
        NewPacksRead = proofs.Sum(proof => proof.NewPacksRead),
        ReusedBlobs = proofs.Sum(proof => proof.ReusedBlobs),
        ReusedBlobsRead = proofs.Sum(proof => proof.ReusedBlobsRead),
        ReusedPacks = proofs.Sum(proof => proof.ReusedPacks),
        ReusedPacksRead = proofs.Sum(proof => proof.ReusedPacksRead),
        BytesRead = proofs.Sum(proof => proof.BytesRead),
    };

    /// <summary>Words that go on a sentence such as "Of the objects, ".</summary>
    public override string ToString() => Depth == VerificationDepth.Structure
        ? $"all directories were read, and presence and size of {NewPacks} new packs and {ReusedPacks} packs of earlier backups were compared; no content was read back"
        : $"all directories, {NewPacksRead} of {NewPacks} new packs and {ReusedBlobsRead} of {ReusedBlobs} re-used pieces "
            + $"(from {ReusedPacksRead} of {ReusedPacks} packs of earlier backups) were read back and authenticated, {BytesRead} bytes";
}
