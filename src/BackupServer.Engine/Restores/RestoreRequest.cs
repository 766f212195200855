using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.Abstractions.Resources.Restores;

namespace BackupServer.Engine.Restores;

/// <summary>One restore to do; everything is resolved and valid.</summary>
public sealed record RestoreRequest
{
    /// <summary>Name of the restore.</summary>
    public required string Name { get; init; }

    /// <summary>Unique id of the restore: what a successor knows the objects by that this restore made.</summary>
    public required string Uid { get; init; }

    /// <summary>Filters and choices. The backup's name, schedule and point in time in it are resolved already and not read.</summary>
    public required RestoreSpec Spec { get; init; }

    /// <summary>Name of the backup.</summary>
    public required string BackupName { get; init; }

    /// <summary>Id of its snapshot in the manifests repository.</summary>
    public required string SnapshotId { get; init; }

    /// <summary>The one namespace that the restore may write to; null when it may write to the whole cluster.</summary>
    public string? OnlyNamespace { get; init; }

    /// <summary>Name of the storage location, handed on to the copiers of volumes.</summary>
    public required string StorageLocation { get; init; }

    /// <summary>When the work began first.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Image of the pods that hold a claim mounted while its data is written. It must be able to run <see cref="HolderCommand"/> without root.</summary>
    public required string HolderImage { get; init; }

    /// <summary>Command of these pods; it must go on until it is killed.</summary>
    public required IReadOnlyList<string> HolderCommand { get; init; }

    /// <summary>How long a holder pod may take until it runs.</summary>
    public TimeSpan HolderTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long to wait for a namespace or an object that is being deleted to be gone.</summary>
    public TimeSpan DeletionTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long to wait for a definition to be served.</summary>
    public TimeSpan ResourceTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Actions of plugins.</summary>
    public IReadOnlyList<IRestoreItemAction> Actions { get; init; } = [];

    /// <summary>How long an action may take for one object.</summary>
    public TimeSpan ActionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Objects of a wave that are restored at the same time.</summary>
    public int ParallelItems { get; init; } = 8;
}
