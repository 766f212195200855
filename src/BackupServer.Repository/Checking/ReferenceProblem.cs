namespace BackupServer.Repository.Checking;

/// <summary>Why something that a snapshot needs is not there or not right.</summary>
/// <param name="Kind">Its class.</param>
/// <param name="Blob">The blob that is harmed.</param>
/// <param name="Message">In words.</param>
internal sealed record ReferenceProblem(CheckProblemKind Kind, BlobHandle Blob, string Message);
