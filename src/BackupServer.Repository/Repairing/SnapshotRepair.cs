using BackupServer.Repository.Rewriting;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Repairing;

/// <summary>
/// Makes snapshots whole again by leaving out what is lost, so that the rest restores without errors. Repair the index first: a part that only the index does
/// not know would be given up.
/// </summary>
public static class SnapshotRepair
{
    /// <summary>Plans; nothing is written. The index must be loaded; the caller holds the repository's lock.</summary>
    /// <param name="repository">Which.</param>
    /// <param name="snapshots">Those to look at.</param>
    /// <param name="forget">Removes the damaged snapshots; those of which nothing is left, too.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task<RewritePlan> PlanAsync(Repository repository, IReadOnlyList<Snapshot> snapshots, bool forget, CancellationToken cancellationToken) =>
        RewritePlan.CreateAsync(repository, snapshots, new SalvagingEdit(repository), "repaired", new RewriteOptions { Forget = forget }, cancellationToken);
}
