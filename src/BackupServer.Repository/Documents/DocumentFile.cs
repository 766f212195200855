namespace BackupServer.Repository.Documents;

/// <summary>A document as a listing names it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Size">Bytes as they are stored.</param>
internal readonly record struct DocumentFile(ObjectId Id, long Size);
