using BackupServer.Repository.Locking;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Forgetting;

/// <summary>Which snapshots go, per group. Removing snapshots frees no space; a prune does.</summary>
public sealed record ForgetPlan(IReadOnlyList<ForgetGroup> Groups)
{
    /// <summary>All snapshots that go.</summary>
    public IEnumerable<Snapshot> Removed => Groups.SelectMany(static group => group.Plan.Removed);

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
        foreach (var snapshot in Removed)
        {
            exclusiveLock.RequireExclusive(repository);
            await repository.DeleteSnapshotAsync(snapshot.Id, cancellationToken);
        }
    }
}
