namespace BackupServer.DevCluster.Storage;

/// <summary>One write as watches see it.</summary>
/// <param name="Revision">Revision of the write.</param>
/// <param name="Object">The state after it; for a deletion the last state, carrying the revision of the deletion.</param>
/// <param name="Previous">The state before it, or null for a creation.</param>
/// <param name="Deleted">Whether it removed the object.</param>
internal sealed record StoreEvent(long Revision, StoredObject Object, StoredObject? Previous, bool Deleted);
