using BackupServer.Repository.Locking;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Forgetting;

/// <summary>Which snapshots go, per group. Removing snapshots frees no space; a prune does.</summary>
public sealed record ForgetPlan(IReadOnlyList<ForgetGroup> Groups)
{
    /// <summary>Snapshots that go although, or because, their files cannot be read.</summary>
    public IReadOnlyList<ObjectId> Unreadable { get; init; } = [];

    /// <summary>All snapshots that go and can be read.</summary>
    public IEnumerable<Snapshot> Removed => Groups.SelectMany(static group => group.Plan.Removed);

    /// <summary>Forgets the snapshots of these names, whatever the others are.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: a name means none; <see cref="RepositoryErrorKind.Refused"/>: several.</exception>
    public static async Task<ForgetPlan> OfNamedAsync(Repository repository, IReadOnlyList<string> names, SnapshotFilter filter, CancellationToken cancellationToken)
    {
        var named = new Dictionary<ObjectId, Snapshot?>();
        foreach (var name in names)
        {
            var id = name == "latest" ? (await filter.FindAsync(repository, name, cancellationToken)).Id : await repository.ResolveSnapshotAsync(name, cancellationToken);
            try
            {
                named[id] = await repository.LoadSnapshotAsync(id, cancellationToken);
            }
            catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Damaged)
            {
                named[id] = null;
            }
        }

        var groups = named.Values.OfType<Snapshot>().OrderBy(static snapshot => snapshot.Time).ThenBy(static snapshot => snapshot.Id)
            .Select(static snapshot => new ForgetGroup(snapshot.HostName ?? "", snapshot.Paths, new RetentionPlan<Snapshot>([], [snapshot])));
        return new ForgetPlan([.. groups]) { Unreadable = [.. named.Where(static item => item.Value is null).Select(static item => item.Key).Order()] };
    }

    /// <summary>Applies a policy to each group of snapshots, by default those with the same host and the same set of paths.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.Refused"/>: a group would lose its last snapshot.</exception>
    public static ForgetPlan Create(
        IEnumerable<Snapshot> snapshots,
        RetentionPolicy policy,
        TimeZoneInfo zone,
        DateTimeOffset now,
        SnapshotGrouping grouping = SnapshotGrouping.Host | SnapshotGrouping.Paths)
    {
        var groups = new List<ForgetGroup>();
        foreach (var group in snapshots.GroupBy(snapshot => grouping.KeyOf(snapshot)))
        {
            var plan = RetentionPlanner.Plan(group, static snapshot => snapshot.Time, static snapshot => snapshot.Tags ?? [], policy, zone, now);
            var first = group.First();
            if (plan.Kept.Count == 0)
            {
                throw new RepositoryException(
                    RepositoryErrorKind.Refused,
                    $"the policy keeps no snapshot of {string.Join(", ", first.Paths)} on {first.HostName}: the last of a group is never forgotten "
                        + "by a policy; delete it by its id if that is meant");
            }

            groups.Add(new ForgetGroup(
                grouping.HasFlag(SnapshotGrouping.Host) ? first.HostName ?? string.Empty : string.Empty, grouping.HasFlag(SnapshotGrouping.Paths) ? first.Paths : [], plan)
            {
                Tags = grouping.HasFlag(SnapshotGrouping.Tags) ? first.Tags ?? [] : null,
            });
        }

        return new ForgetPlan(groups);
    }

    /// <summary>Removes what the plan says; may be repeated.</summary>
    public async Task ExecuteAsync(Repository repository, RepositoryLock exclusiveLock, CancellationToken cancellationToken)
    {
        foreach (var snapshot in Unreadable.Concat(Removed.Select(static snapshot => snapshot.Id)))
        {
            exclusiveLock.RequireExclusive(repository);
            await repository.DeleteSnapshotAsync(snapshot, cancellationToken);
        }
    }
}
