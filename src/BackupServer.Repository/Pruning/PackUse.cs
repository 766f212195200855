namespace BackupServer.Repository.Pruning;

/// <summary>What of a pack is needed, while a plan is made.</summary>
internal sealed class PackUse
{
    public long KeptBytes { get; set; }

    public long OtherBytes { get; set; }

    /// <summary>Needed blobs that no other pack has.</summary>
    public int Unique { get; set; }

    /// <summary>Blobs that nobody needs.</summary>
    public int Unneeded { get; set; }

    public bool HasData { get; set; }

    public bool HasTrees { get; set; }

    public bool HasPlainTrees { get; set; }

    /// <summary>Bytes of the file; null if it does not exist.</summary>
    public long? FileSize { get; set; }

    public bool IsMixed => HasData && HasTrees;
}
