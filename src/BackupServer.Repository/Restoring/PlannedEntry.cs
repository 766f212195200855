namespace BackupServer.Repository.Restoring;

/// <summary>One path of a plan.</summary>
/// <param name="Path">Where it is below the target.</param>
/// <param name="Action">What is done.</param>
/// <param name="Bytes">Bytes of a file.</param>
public sealed record PlannedEntry(string Path, RestoreAction Action, long Bytes);
