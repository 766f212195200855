namespace BackupServer.Abstractions.Resources;

/// <summary>Labels with a meaning. The same keys under Velero's prefix are honoured on reading.</summary>
public static class Labels
{
    /// <summary>Prefix of all our labels and annotations.</summary>
    public const string Prefix = "backupserver.io/";

    /// <summary><c>true</c> keeps an object, or a namespace with all it holds, out of every backup.</summary>
    public const string ExcludeFromBackup = Prefix + "exclude-from-backup";

    /// <summary>Velero's spelling of <see cref="ExcludeFromBackup"/>.</summary>
    public const string VeleroExcludeFromBackup = "velero.io/exclude-from-backup";

    /// <summary>Backup that an object belongs to or was restored from.</summary>
    public const string BackupName = Prefix + "backup-name";

    /// <summary>Unique id of that backup.</summary>
    public const string BackupUid = Prefix + "backup-uid";

    /// <summary>Restore that made an object.</summary>
    public const string RestoreName = Prefix + "restore-name";

    /// <summary>Unique id of that restore.</summary>
    public const string RestoreUid = Prefix + "restore-uid";

    /// <summary>Schedule that made a backup.</summary>
    public const string ScheduleName = Prefix + "schedule-name";

    /// <summary>Storage location of a backup.</summary>
    public const string StorageLocation = Prefix + "storage-location";
}
