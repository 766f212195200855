using BackupServer.Abstractions.Objects;

namespace BackupServer.Repository.ObjectStores;

/// <summary>Names of the files in a manifests snapshot, and of its tags.</summary>
public static class ArchiveLayout
{
    /// <summary>Version of this layout, in the tag <see cref="FormatTag"/>.</summary>
    public const string Format = "1";

    /// <summary>The Backup object with the status that follows from the run.</summary>
    public const string Backup = "/backup.json";

    /// <summary>One line for each object: where it is. See <see cref="IndexLine"/>.</summary>
    public const string Index = "/index.jsonl";

    /// <summary>What was done about each volume.</summary>
    public const string Volumes = "/volumes.json";

    /// <summary>Errors, warnings, coverage: the report of the run.</summary>
    public const string Results = "/results.json";

    /// <summary>Log of the run, one JSON object a line.</summary>
    public const string Log = "/log.jsonl";

    /// <summary>Directory of the objects.</summary>
    public const string Resources = "/resources";

    /// <summary>Tag with the backup's name.</summary>
    public const string BackupTag = "backup";

    /// <summary>Tag with the backup's unique id.</summary>
    public const string BackupUidTag = "backup-uid";

    /// <summary>Tag with the schedule's name; absent when there is none.</summary>
    public const string ScheduleTag = "schedule";

    /// <summary>Tag with the cluster's unique id.</summary>
    public const string ClusterTag = "cluster";

    /// <summary>Tag with the backup's final phase.</summary>
    public const string PhaseTag = "phase";

    /// <summary>Tag with the version of this layout.</summary>
    public const string FormatTag = "format";

    /// <summary>The Restore object as it ended, in the snapshot that keeps the log of a restore.</summary>
    public const string Restore = "/restore.json";

    /// <summary>Tag with the restore's name, on the snapshot that keeps its log.</summary>
    public const string RestoreTag = "restore";

    /// <summary>Tag with the restore's unique id. A restore that was begun again has a snapshot for each time.</summary>
    public const string RestoreUidTag = "restore-uid";

    /// <summary>Tag with the id of the manifests snapshot that was restored: the log is deleted together with that backup.</summary>
    public const string OfSnapshotTag = "of-snapshot";

    /// <summary>File of the objects of a resource in a namespace, or of its cluster-scoped objects.</summary>
    public static string Objects(GroupResource resource, string objectNamespace) => objectNamespace.Length == 0
        ? $"{Resources}/{resource}/cluster.jsonl"
        : $"{Resources}/{resource}/namespaces/{objectNamespace}.jsonl";
}
