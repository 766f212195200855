namespace BackupServer.Repository.Archiving;

/// <summary>One path that is not, or not surely, in the snapshot as it was on the disk.</summary>
/// <param name="Path">Path in the snapshot; bytes that are not printable are escaped.</param>
/// <param name="Kind">What class of problem.</param>
/// <param name="Reason">What was tried and what came back.</param>
public sealed record ArchiveProblem(string Path, ArchiveProblemKind Kind, string Reason);
