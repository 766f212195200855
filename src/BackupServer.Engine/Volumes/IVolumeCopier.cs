using BackupServer.Abstractions.Plugins.DataMovers;

namespace BackupServer.Engine.Volumes;

/// <summary>
/// Has volume data copied by agents. A work unit is known by its <c>RunUid</c> and <c>Key</c> alone, so a run that starts again after
/// a kill finds the work its predecessor asked for, running or done, and nothing is copied twice.
/// </summary>
public interface IVolumeCopier
{
    /// <summary>Names of the nodes that have an agent.</summary>
    Task<IReadOnlySet<string>> NodesWithAgentAsync(CancellationToken cancellationToken);

    /// <summary>Has one volume copied into its repository, or finds that work again, and waits for its end.</summary>
    /// <param name="work">The unit.</param>
    /// <param name="progress">How far it has come.</param>
    /// <param name="cancellationToken">Stops the waiting only: the work goes on and is found again.</param>
    Task<VolumeBackupOutcome> BackupAsync(VolumeBackupWork work, IProgress<VolumeProgress> progress, CancellationToken cancellationToken);

    /// <summary>Has one volume written from its repository, or finds that work again, and waits for its end.</summary>
    /// <param name="work">The unit.</param>
    /// <param name="progress">How far it has come.</param>
    /// <param name="cancellationToken">Stops the waiting only: the work goes on and is found again.</param>
    Task<VolumeRestoreOutcome> RestoreAsync(VolumeRestoreWork work, IProgress<VolumeProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Stops work and discards what it made: the units end, and snapshots they already committed are removed or marked for removal.
    /// Nothing to stop is no error.
    /// </summary>
    /// <param name="runUid">Unique id of the backup or restore.</param>
    /// <param name="key">One unit; null for all of the run.</param>
    /// <param name="cancellationToken">Stops waiting for the end.</param>
    Task StopAsync(string runUid, string? key, CancellationToken cancellationToken);
}
