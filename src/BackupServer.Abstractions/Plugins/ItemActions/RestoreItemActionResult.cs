using System.Text.Json.Nodes;

namespace BackupServer.Abstractions.Plugins.ItemActions;

/// <summary>What an action wants.</summary>
public sealed record RestoreItemActionResult
{
    /// <summary>Nothing: the object goes on as it is.</summary>
    public static RestoreItemActionResult Unchanged { get; } = new();

    /// <summary>The object to go on with; null for the one given.</summary>
    public JsonObject? Changed { get; init; }

    /// <summary>Why the object is not restored; null when it is.</summary>
    public string? SkipReason { get; init; }

    /// <summary>Sentences for the restore's warnings.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
