namespace BackupServer.Abstractions.Resources.Restores;

/// <summary>How far a restore has come.</summary>
public sealed record RestoreProgress
{
    /// <summary>Objects to restore.</summary>
    public int TotalItems { get; set; }

    /// <summary>Objects dealt with.</summary>
    public int ItemsRestored { get; set; }

    /// <summary>Bytes of the volumes to write.</summary>
    public long TotalBytes { get; set; }

    /// <summary>Bytes of the volumes written.</summary>
    public long BytesDone { get; set; }

    /// <summary>The resource being restored.</summary>
    public string? CurrentResource { get; set; }
}
