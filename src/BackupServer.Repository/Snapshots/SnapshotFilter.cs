namespace BackupServer.Repository.Snapshots;

/// <summary>Which snapshots are meant where none is named; an empty filter means all.</summary>
public sealed record SnapshotFilter
{
    /// <summary>Of one of these hosts.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>With all tags of one of these lists; an empty list stands for a snapshot without tags.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Tags { get; init; } = [];

    /// <summary>With all of these among their paths.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether a snapshot is meant.</summary>
    public bool Matches(Snapshot snapshot) =>
        (Hosts.Count == 0 || Hosts.Contains(snapshot.HostName ?? string.Empty))
        && (Tags.Count == 0 || Tags.Any(tags => HasTags(snapshot, tags)))
        && !Paths.Except(snapshot.Paths).Any();

    /// <summary>
    /// The snapshots of these names, or all that the filter means when there are no names; oldest first, none twice. <c>latest</c> is the newest that the
    /// filter means.
    /// </summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: a name means none; <see cref="RepositoryErrorKind.Refused"/>: several.</exception>
    public async Task<IReadOnlyList<Snapshot>> SelectAsync(Repository repository, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return [.. (await repository.ListSnapshotsAsync(cancellationToken)).Where(Matches)];
        }

        var selected = new Dictionary<ObjectId, Snapshot>();
        foreach (var name in names)
        {
            var snapshot = await FindAsync(repository, name, cancellationToken);
            selected[snapshot.Id] = snapshot;
        }

        return [.. selected.Values.OrderBy(static snapshot => snapshot.Time).ThenBy(static snapshot => snapshot.Id)];
    }

    /// <summary>The snapshot of a name; <c>latest</c> is the newest that the filter means.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>, or <see cref="RepositoryErrorKind.Refused"/> if several begin so.</exception>
    public async Task<Snapshot> FindAsync(Repository repository, string name, CancellationToken cancellationToken)
    {
        if (name != "latest")
        {
            return await repository.FindSnapshotAsync(name, cancellationToken);
        }

        return (await repository.ListSnapshotsAsync(cancellationToken)).LastOrDefault(Matches)
            ?? throw new RepositoryException(RepositoryErrorKind.NotFound, $"{repository.Location} has no snapshot that the filters mean; list the snapshots to see which there are");
    }

    private static bool HasTags(Snapshot snapshot, IReadOnlyList<string> tags) =>
        tags.Count == 0 ? snapshot.Tags is not { Count: > 0 } : !tags.Except(snapshot.Tags ?? []).Any();
}
