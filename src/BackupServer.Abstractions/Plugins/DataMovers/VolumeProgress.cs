namespace BackupServer.Abstractions.Plugins.DataMovers;

/// <summary>How far a mover has come.</summary>
/// <param name="FilesDone">Files, directories and others done.</param>
/// <param name="BytesDone">Bytes done.</param>
/// <param name="TotalBytes">Bytes to do, as far as known.</param>
public readonly record struct VolumeProgress(long FilesDone, long BytesDone, long TotalBytes);
