namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>How far a backup has come.</summary>
public sealed record BackupProgress
{
    /// <summary>Objects found so far; grows while lists are read.</summary>
    public int TotalItems { get; set; }

    /// <summary>Objects stored.</summary>
    public int ItemsBackedUp { get; set; }

    /// <summary>Bytes of the volumes to copy, as far as known.</summary>
    public long TotalBytes { get; set; }

    /// <summary>Bytes of the volumes copied.</summary>
    public long BytesDone { get; set; }

    /// <summary>The resource being read.</summary>
    public string? CurrentResource { get; set; }
}
