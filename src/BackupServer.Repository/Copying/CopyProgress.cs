namespace BackupServer.Repository.Copying;

/// <summary>How far a copy is.</summary>
/// <param name="Blobs">Blobs that are copied.</param>
/// <param name="TotalBlobs">All that are to be.</param>
/// <param name="Bytes">Their bytes in the source.</param>
/// <param name="TotalBytes">Bytes of all.</param>
public readonly record struct CopyProgress(long Blobs, long TotalBlobs, long Bytes, long TotalBytes);
