using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Abstractions.Plugins.ItemActions;

/// <summary>What an action wants.</summary>
public sealed record BackupItemActionResult
{
    /// <summary>Nothing: the object is stored as it is.</summary>
    public static BackupItemActionResult Unchanged { get; } = new();

    /// <summary>The object to store instead; null for the one given.</summary>
    public JsonObject? Changed { get; init; }

    /// <summary>Further objects to store, whatever the filters of the backup say about their scope.</summary>
    public IReadOnlyList<ObjectReference> AdditionalItems { get; init; } = [];
}
