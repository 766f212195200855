namespace BackupServer.Repository.Restoring;

/// <summary>How far a restore is.</summary>
/// <param name="Files">Files that are done.</param>
/// <param name="Bytes">Their bytes, also those that were equal already.</param>
public readonly record struct RestoreProgress(long Files, long Bytes);
