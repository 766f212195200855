using BackupServer.Repository.Keys;

namespace BackupServer.Repository;

/// <summary>Choices that the format leaves free. Every reader accepts every combination.</summary>
public sealed record RepositoryOptions
{
    /// <summary>Bytes after which a pack is closed. Default 16 MiB, as stock restic does.</summary>
    public int PackSize { get; init; } = 16 << 20;

    /// <summary>Zstandard level of blobs and documents. Default 1.</summary>
    public int CompressionLevel { get; init; } = 1;

    /// <summary>Packs that are written at the same time; bounds the memory too. Default 2.</summary>
    public int ParallelUploads { get; init; } = 2;

    /// <summary>Reads that run at the same time while an index is loaded or packs are verified. Default 4.</summary>
    public int ParallelReads { get; init; } = 4;

    /// <summary>How old finished packs may get before an index names them, which is what a killed backup resumes from.</summary>
    public TimeSpan IndexInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of finished packs after which an index is written, even if it is not yet time.</summary>
    public long IndexBytes { get; init; } = 1L << 30;

    /// <summary>Cost of the password in new key files.</summary>
    public ScryptParameters Scrypt { get; init; } = ScryptParameters.Default;

    /// <summary>For a new repository: the polynomial of another one, so that both cut files at the same places and copies between them de-duplicate. Random by default.</summary>
    public ulong? ChunkerPolynomial { get; init; }

    /// <summary>Host name in keys and locks. In Kubernetes the pod's uid belongs here, so that a dead pod's lock is recognised.</summary>
    public string HostName { get; init; } = Environment.MachineName;

    /// <summary>User name in keys and locks.</summary>
    public string UserName { get; init; } = Environment.UserName;
}
