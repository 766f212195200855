namespace BackupServer.DevCluster.Storage;

/// <summary>A page of a list, consistent with all other pages of the same revision.</summary>
/// <param name="Items">Objects in order of namespace and name.</param>
/// <param name="Revision">The revision shown.</param>
/// <param name="Next">First key of the next page, or null at the end.</param>
/// <param name="Remaining">How many objects follow this page, or null where a filter makes that unknown.</param>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Revision, (string Namespace, string Name)? Next, long? Remaining);
