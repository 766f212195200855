namespace BackupServer.Repository.Pruning;

/// <summary>
/// Looks again, before anything is removed, whether a snapshot or an index is there that the plan does not know: written by somebody who has no lock, or left out of an
/// earlier listing by a store whose listings lag behind. What it needs might be what the plan removes.
/// </summary>
internal sealed class PruneGuard(Repository repository, IEnumerable<ObjectId> snapshots, IEnumerable<ObjectId> indexes)
{
    private readonly HashSet<ObjectId> _snapshots = [.. snapshots];
    private readonly HashSet<ObjectId> _indexes = [.. indexes];

    /// <summary>An index that the prune itself wrote.</summary>
    public void Expect(ObjectId index) => _indexes.Add(index);

    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.Refused"/>: something new is there.</exception>
    public async Task RequireNothingNewAsync(CancellationToken cancellationToken)
    {
        Refuse("snapshot", _snapshots, await repository.Documents.ListAsync(RepositoryPaths.Snapshots, cancellationToken));
        Refuse("index", _indexes, await repository.Documents.ListAsync(RepositoryPaths.Index, cancellationToken));
    }

    private void Refuse(string what, HashSet<ObjectId> known, List<ObjectId> listed)
    {
        if (listed.Find(id => !known.Contains(id)) is { IsZero: false } id)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Refused,
                $"the prune of {repository.Location} stopped before it removed more, because {what} {id} was not there when it began: it was written meanwhile, "
                    + "or the storage did not list it before; every snapshot is as it was; run prune again");
        }
    }
}
