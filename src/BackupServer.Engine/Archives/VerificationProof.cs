using BackupServer.Abstractions.Resources.Backups;

namespace BackupServer.Engine.Archives;

/// <summary>What was read back of a manifests snapshot before it was committed. Everything in it was authenticated and compared with its hash.</summary>
internal sealed record VerificationProof
{
    /// <summary>How much was asked for.</summary>
    public required VerificationMode Mode { get; init; }

    /// <summary>Packs that the backup wrote; their presence and size were compared in every mode.</summary>
    public required int NewPacks { get; init; }

    /// <summary>Of these, packs that were read.</summary>
    public required int NewPacksRead { get; init; }

    /// <summary>Pieces of content that earlier backups stored and this one leans on.</summary>
    public required int ReusedBlobs { get; init; }

    /// <summary>Of these, pieces that were read.</summary>
    public required int ReusedBlobsRead { get; init; }

    /// <summary>Packs that these pieces are in; one piece of each is read at least, up to the limit of a sample.</summary>
    public required int ReusedPacks { get; init; }

    /// <summary>Of these, packs that a piece was read from.</summary>
    public required int ReusedPacksRead { get; init; }

    /// <summary>Bytes that were read of packs and pieces.</summary>
    public required long Bytes { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Mode == VerificationMode.None
        ? $"Of the objects, the directories were read and the presence of {NewPacks} new packs was compared; no content was read back."
        : $"Of the objects, all directories, {NewPacksRead} of {NewPacks} new packs and {ReusedBlobsRead} of {ReusedBlobs} re-used pieces "
            + $"(from {ReusedPacksRead} of {ReusedPacks} packs of earlier backups) were read back and authenticated, {Bytes} bytes. Volumes' data was not read back.";
}
