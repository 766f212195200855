namespace BackupServer.Repository.Checking;

/// <summary>How much of a snapshot's content is read before it is committed. Its trees are always read, and presence and size of its packs always compared.</summary>
public enum VerificationDepth
{
    /// <summary>No content.</summary>
    Structure,

    /// <summary>Of new packs 1 %, at least one; of every pack that was there before one piece, and more up to 1 % of what is needed of them; 64 MiB of either at most.</summary>
    Sample,

    /// <summary>All that the snapshot refers to.</summary>
    Full,
}
