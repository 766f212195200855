using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>One object of the backup that is not restored.</summary>
/// <param name="Reference">The object, by its names in the backup.</param>
/// <param name="Reason">Why.</param>
public sealed record SkippedItem(ObjectReference Reference, SkipReason Reason);
