namespace BackupServer.Abstractions.Plugins.DataMovers;

/// <summary>
/// Copies the data of a mounted volume into a repository and back. Runs in the node agent or in a mover pod.
/// Both operations may be started again after the process was killed in the middle: they go on from what the repository or the volume holds.
/// </summary>
public interface IDataMover
{
    /// <summary>Value of <c>spec.dataMover</c>, for example <c>FileCopy</c>.</summary>
    string Name { get; }

    /// <summary>Copies a volume. A file that cannot be read is a problem in the result, not an exception.</summary>
    /// <exception cref="DataMoverException">Nothing was kept.</exception>
    Task<VolumeBackupResult> BackupAsync(VolumeBackupJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken);

    /// <summary>Writes a volume. A file that cannot be written is a problem in the result, not an exception.</summary>
    /// <exception cref="DataMoverException">The volume could not be restored.</exception>
    Task<VolumeRestoreResult> RestoreAsync(VolumeRestoreJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken);
}
