namespace BackupServer.Abstractions.Resources;

/// <summary>How far the copying of a volume has come.</summary>
public sealed record DataProgress
{
    /// <summary>Bytes to read or write, as far as known.</summary>
    public long TotalBytes { get; set; }

    /// <summary>Bytes read or written.</summary>
    public long BytesDone { get; set; }

    /// <summary>Files, directories and others done.</summary>
    public long FilesDone { get; set; }
}
