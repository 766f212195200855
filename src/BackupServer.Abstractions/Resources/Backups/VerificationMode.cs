namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>What is read back of a new backup.</summary>
public enum VerificationMode
{
    /// <summary>Only that every blob is in the index and every new pack has its size.</summary>
    None,

    /// <summary>Also the manifests' tree and a random 1 % of the new packs, at least one, at most 64 MiB.</summary>
    Sample,

    /// <summary>Everything the snapshot refers to.</summary>
    Full,
}
