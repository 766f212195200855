using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Archiving;

/// <summary>Chooses the snapshot that a backup compares with.</summary>
internal static class ParentFinder
{
    /// <summary>The one that was named, or the newest that is alike and not newer than the new one; null if there is none, or every file is to be read.</summary>
    public static async Task<Snapshot?> FindAsync(Repository repository, ArchiveOptions options, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (options.Parent is { } id)
        {
            return await repository.LoadSnapshotAsync(id, cancellationToken);
        }

        var time = options.Time ?? repository.TimeProvider.GetUtcNow();
        var wanted = options.ParentGrouping.KeyOf(options.HostName, paths, options.Tags);
        return (await repository.ListSnapshotsAsync(cancellationToken))
            .Where(snapshot => snapshot.Time <= time && options.ParentGrouping.KeyOf(snapshot) == wanted)
            .MaxBy(static snapshot => snapshot.Time);
    }
}
