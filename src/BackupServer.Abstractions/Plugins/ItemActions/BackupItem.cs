using BackupServer.Abstractions.Objects;

namespace BackupServer.Abstractions.Plugins.ItemActions;

/// <summary>An object that is about to be stored.</summary>
/// <param name="Type">Its resource.</param>
/// <param name="Object">The object as the API server sent it.</param>
/// <param name="BackupName">Name of the backup.</param>
public sealed record BackupItem(ResourceType Type, RawObject Object, string BackupName);
