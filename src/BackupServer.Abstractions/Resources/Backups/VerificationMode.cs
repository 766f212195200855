namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>What is read back of a new backup, of its objects and of each volume's data, before it counts. All directories are read in every mode.</summary>
public enum VerificationMode
{
    /// <summary>No content: only that every blob is in the index, and every pack that is needed has its size.</summary>
    None,

    /// <summary>A random 1 % of the new packs, at least one, and one piece or 1 % of each re-used pack that is needed; at most 64 MiB of either.</summary>
    Sample,

    /// <summary>Everything the snapshot refers to.</summary>
    Full,
}
