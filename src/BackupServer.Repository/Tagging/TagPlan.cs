using BackupServer.Repository.Locking;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Tagging;

/// <summary>Which snapshots get other tags. A snapshot's name is the hash of its file, so it gets another one and remembers its first in <see cref="Snapshot.Original"/>.</summary>
/// <param name="Changes">Snapshots that change; those that have the wanted tags already are not among them.</param>
public sealed record TagPlan(IReadOnlyList<RetaggedSnapshot> Changes)
{
    /// <summary>Plans; nothing is written.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.Refused"/>: tags are both set and added or removed, or a tag is empty.</exception>
    public static TagPlan Create(IEnumerable<Snapshot> snapshots, TagChange change)
    {
        if (change.Set is not null && (change.Add.Count > 0 || change.Remove.Count > 0))
        {
            throw new RepositoryException(RepositoryErrorKind.Refused, "tags are either set, or added and removed; not both at once");
        }

        return new TagPlan([.. snapshots
            .Select(snapshot => new RetaggedSnapshot(snapshot, change.Apply(snapshot.Tags ?? [])))
            .Where(static changed => !changed.Tags.SequenceEqual(changed.Snapshot.Tags ?? []))]);
    }

    /// <summary>
    /// Writes each snapshot anew and then removes the old one: killed between both, the snapshot is there twice and never not at all.
    /// </summary>
    /// <returns>The snapshots as they are now, in the order of <see cref="Changes"/>.</returns>
    public async Task<IReadOnlyList<Snapshot>> ExecuteAsync(Repository repository, RepositoryLock exclusiveLock, CancellationToken cancellationToken)
    {
        var written = new List<Snapshot>();
        foreach (var (snapshot, tags) in Changes)
        {
            exclusiveLock.RequireExclusive(repository);
            var changed = snapshot with { Tags = tags.Count > 0 ? tags : null, Original = snapshot.Original ?? snapshot.Id };
            written.Add(await repository.SaveSnapshotAsync(changed, cancellationToken));
            await repository.DeleteSnapshotAsync(snapshot.Id, cancellationToken);
        }

        return written;
    }
}
