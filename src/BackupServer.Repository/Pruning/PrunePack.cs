namespace BackupServer.Repository.Pruning;

/// <summary>A pack in a plan.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Reason">Why it goes or is written anew.</param>
public sealed record PrunePack(ObjectId Id, long Size, string Reason);
