namespace BackupServer.Abstractions.Resources;

/// <summary>Sizes in bytes.</summary>
public sealed record StoredSize
{
    /// <summary>What the objects and files measure.</summary>
    public long Raw { get; set; }

    /// <summary>Of these, the bytes that were not in the repository yet, before compression.</summary>
    public long Added { get; set; }

    /// <summary>Bytes that were written for them.</summary>
    public long Stored { get; set; }
}
