namespace BackupServer.Abstractions.Resources;

/// <summary>Annotations with a meaning. The same keys under Velero's prefixes are honoured on reading, ours winning.</summary>
public static class Annotations
{
    /// <summary>On a Backup that was found in a location: the snapshot it stands for. Such a Backup is never run; its status is filled in from the snapshot.</summary>
    public const string FoundSnapshot = "backupserver.io/found-snapshot";

    /// <summary>On a pod: comma-separated pod volumes to copy (opt-in).</summary>
    public const string BackupVolumes = "backup.backupserver.io/backup-volumes";

    /// <summary>On a pod: comma-separated pod volumes not to copy (opt-out).</summary>
    public const string BackupVolumesExcludes = "backup.backupserver.io/backup-volumes-excludes";

    /// <summary>Velero's spelling of <see cref="BackupVolumes"/>.</summary>
    public const string VeleroBackupVolumes = "backup.velero.io/backup-volumes";

    /// <summary>Velero's spelling of <see cref="BackupVolumesExcludes"/>.</summary>
    public const string VeleroBackupVolumesExcludes = "backup.velero.io/backup-volumes-excludes";
}
