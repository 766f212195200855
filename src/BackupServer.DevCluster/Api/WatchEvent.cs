using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Api;

/// <summary>A change as in-process watchers see it.</summary>
/// <param name="Type">ADDED, MODIFIED or DELETED.</param>
/// <param name="Object">State after the change, or the last state of a deleted object.</param>
/// <param name="Previous">State before, or null.</param>
internal sealed record WatchEvent(WatchEventType Type, StoredObject Object, StoredObject? Previous);
