namespace BackupServer.Repository.Restoring;

/// <summary>One path that is not as in the snapshot.</summary>
/// <param name="Path">Path below the target; bytes that are not printable are escaped.</param>
/// <param name="Kind">What class of problem.</param>
/// <param name="Reason">What was tried and what came back.</param>
public sealed record RestoreProblem(string Path, RestoreProblemKind Kind, string Reason);
