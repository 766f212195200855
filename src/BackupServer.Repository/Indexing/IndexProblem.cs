namespace BackupServer.Repository.Indexing;

/// <summary>Something wrong with an index file that does not keep the rest from being read.</summary>
internal sealed record IndexProblem(ObjectId File, string Message);
