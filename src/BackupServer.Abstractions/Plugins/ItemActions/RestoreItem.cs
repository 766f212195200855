using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Abstractions.Plugins.ItemActions;

/// <summary>An object that is about to be restored.</summary>
/// <param name="Type">Its resource in the target cluster.</param>
/// <param name="Object">The object as it will be sent; the action may change this copy and return it.</param>
/// <param name="FromBackup">The object as it was stored.</param>
/// <param name="RestoreName">Name of the restore.</param>
public sealed record RestoreItem(ResourceType Type, JsonObject Object, RawObject FromBackup, string RestoreName);
