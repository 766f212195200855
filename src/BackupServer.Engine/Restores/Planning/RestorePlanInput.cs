using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Archives;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>What a restore is planned from.</summary>
public sealed record RestorePlanInput
{
    /// <summary>Filters and choices.</summary>
    public required RestoreSpec Spec { get; init; }

    /// <summary>The one namespace that may be written to; null for the whole cluster.</summary>
    public string? OnlyNamespace { get; init; }

    /// <summary>What the target cluster serves.</summary>
    public required ApiCatalog Catalog { get; init; }

    /// <summary>The objects of the backup.</summary>
    public required IReadOnlyList<StoredItem> Items { get; init; }

    /// <summary>The volumes of the backup.</summary>
    public IReadOnlyList<VolumeRecord> Volumes { get; init; } = [];
}
