using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Watch;

/// <summary>One event of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object, as it is after the event.</param>
public readonly record struct WatchEvent(WatchEventType Type, RawObject Object);
