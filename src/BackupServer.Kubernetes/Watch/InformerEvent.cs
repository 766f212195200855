using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Watch;

/// <summary>A change of an informer's cache.</summary>
/// <param name="Type">Added, Modified or Deleted.</param>
/// <param name="Object">The object as it is now; for Deleted its last known state.</param>
/// <param name="Previous">What the cache held before; null for Added.</param>
public readonly record struct InformerEvent(WatchEventType Type, RawObject Object, RawObject? Previous);
