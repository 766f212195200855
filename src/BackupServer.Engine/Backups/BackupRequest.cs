using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.Abstractions.Resources.Backups;

namespace BackupServer.Engine.Backups;

/// <summary>One backup to make; everything is resolved and valid.</summary>
public sealed record BackupRequest
{
    /// <summary>Name of the backup.</summary>
    public required string Name { get; init; }

    /// <summary>Unique id of the backup: what a successor finds the committed snapshot and the volumes' copies by.</summary>
    public required string Uid { get; init; }

    /// <summary>Filters and choices.</summary>
    public required BackupSpec Spec { get; init; }

    /// <summary>The one namespace that the backup may take; null when it may take the whole cluster.</summary>
    public string? OnlyNamespace { get; init; }

    /// <summary>Schedule that made it; null when none.</summary>
    public string? Schedule { get; init; }

    /// <summary>When the backup was created or its work began first: the time of the snapshot.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Name of the cluster: hostname of the snapshot.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Unique id of the namespace kube-system: tells clusters apart.</summary>
    public required string ClusterUid { get; init; }

    /// <summary>Name of the storage location, handed on to the copiers of volumes.</summary>
    public required string StorageLocation { get; init; }

    /// <summary>Whether volumes are copied unless opted out, where the specification does not say; null when the server was not told either.</summary>
    public bool? DefaultVolumesToFsBackup { get; init; }

    /// <summary>Actions of plugins.</summary>
    public IReadOnlyList<IBackupItemAction> Actions { get; init; } = [];

    /// <summary>How long an action may take for one object.</summary>
    public TimeSpan ActionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Lists that are read at the same time.</summary>
    public int ParallelLists { get; init; } = 4;

    /// <summary>Directory for objects on their way to the repository, encrypted with a key that is only in memory. Must exist.</summary>
    public string SpoolDirectory { get; init; } = Path.GetTempPath();

    /// <summary>Makes <c>backup.json</c>: the Backup object with the status that follows from the report, as UTF-8 JSON. The snapshot's id is not known in it.</summary>
    public required Func<BackupReport, byte[]> RenderBackup { get; init; }
}
