namespace BackupServer.Repository.Files;

/// <summary>What <see cref="TreeComparer"/> looks at.</summary>
public sealed record TreeComparerOptions
{
    /// <summary>Owner and group; off where the process could not have set them.</summary>
    public bool Owner { get; init; } = true;

    /// <summary>Extended attributes.</summary>
    public bool ExtendedAttributes { get; init; } = true;

    /// <summary>That a sparse file did not grow on the disk by more than the pieces in which holes are made.</summary>
    public bool Holes { get; init; } = true;

    /// <summary>Fifos and device nodes; off where the process could not have made them.</summary>
    public bool SpecialFiles { get; init; } = true;

    /// <summary>Mode, owner, time and attributes of the two roots themselves.</summary>
    public bool Root { get; init; } = true;
}
