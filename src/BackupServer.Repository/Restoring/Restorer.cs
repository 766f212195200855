using BackupServer.Repository.Browsing;
using BackupServer.Repository.Files;

namespace BackupServer.Repository.Restoring;

/// <summary>
/// Restores a snapshot, or a part of it, into a directory. The same restore may be run again at any time, after a kill too: what is right already is only read.
/// What cannot be restored is reported and the rest is. The index must be loaded; the caller holds the repository's lock.
/// </summary>
public sealed class Restorer(SnapshotReader snapshot)
{
    /// <summary>Restores what the options say.</summary>
    /// <exception cref="FormatException">An include or exclude is not a pattern.</exception>
    /// <exception cref="FileSystemException">The target cannot be opened, is full or read-only.</exception>
    /// <exception cref="RepositoryException">The sub-path does not exist, or the repository cannot be reached.</exception>
    public async Task<RestoreResult> RestoreAsync(RestoreOptions options, CancellationToken cancellationToken)
    {
        SnapshotEntry start = await snapshot.RequireAsync(options.SubPath, cancellationToken);
        Directory.CreateDirectory(options.Target);
        DirectoryHandle target = DirectoryHandle.Open(options.Target);
        RestoreStatistics statistics = new(options.Progress);
        using RestoreWalk walk = new(snapshot, options, statistics);
        await walk.RunAsync(start.Node, target, cancellationToken);
        return statistics.ToResult();
    }
}
