using BackupServer.Repository.Locking;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Rewriting;

/// <summary>
/// Which snapshots get successors without something, and what that is. Making it changes nothing. Content that only the old snapshots need is freed by the
/// next prune after they are forgotten.
/// </summary>
public sealed class RewritePlan
{
    /// <summary>Changes that are listed for a snapshot; more are only counted.</summary>
    public const int MaximumChanges = 1000;

    private readonly Repository _repository;
    private readonly TreeEdit _edit;
    private readonly bool _forget;

    private RewritePlan(Repository repository, TreeEdit edit, bool forget, IReadOnlyList<RewrittenSnapshot> snapshots, int unchanged) =>
        (_repository, _edit, _forget, Snapshots, Unchanged) = (repository, edit, forget, snapshots, unchanged);

    /// <summary>The snapshots that change, oldest first.</summary>
    public IReadOnlyList<RewrittenSnapshot> Snapshots { get; }

    /// <summary>Snapshots that stay as they are.</summary>
    public int Unchanged { get; }

    /// <summary>Plans. The index must be loaded; the caller holds the repository's lock.</summary>
    /// <exception cref="RepositoryException">A tree is damaged, or cannot be written again without loss.</exception>
    public static Task<RewritePlan> CreateAsync(
        Repository repository, IReadOnlyList<Snapshot> snapshots, RewriteOptions options, CancellationToken cancellationToken) =>
        CreateAsync(repository, snapshots, new ExcludingEdit(options.Excludes), "rewrite", options, cancellationToken);

    /// <summary>
    /// Writes trees and successors, then removes the old snapshots where that was asked for. Killed at any moment, every snapshot is there in its old or new form.
    /// </summary>
    /// <param name="exclusiveLock">Needed to forget; null otherwise.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The successors, in the order of <see cref="Snapshots"/>; null for those of which nothing is left.</returns>
    public async Task<IReadOnlyList<Snapshot?>> ExecuteAsync(RepositoryLock? exclusiveLock, CancellationToken cancellationToken)
    {
        if (_forget)
        {
            (exclusiveLock ?? throw new InvalidOperationException("to forget snapshots needs the exclusive lock")).RequireExclusive(_repository);
        }

        var written = new List<Snapshot?>();
        var rewriter = new TreeRewriter(_repository, _edit, save: true);
        foreach (var snapshot in Snapshots)
        {
            Snapshot? successor = null;
            if (snapshot.After is { } after)
            {
                _ = await rewriter.RewriteAsync(snapshot.Before.Tree, cancellationToken);
                successor = await _repository.SaveSnapshotAsync(after, cancellationToken);
            }

            written.Add(successor);
            if (_forget && successor?.Id != snapshot.Before.Id)
            {
                exclusiveLock!.RequireExclusive(_repository);
                await _repository.DeleteSnapshotAsync(snapshot.Before.Id, cancellationToken);
            }
        }

        return written;
    }

    internal static async Task<RewritePlan> CreateAsync(
        Repository repository, IReadOnlyList<Snapshot> snapshots, TreeEdit edit, string tag, RewriteOptions options, CancellationToken cancellationToken)
    {
        var changes = new List<(string Path, string Change)>();
        var rewriter = new TreeRewriter(repository, edit, save: false, (path, change) => Note(changes, path, change));
        var rewritten = new List<RewrittenSnapshot>();
        foreach (var snapshot in snapshots.OrderBy(static snapshot => snapshot.Time))
        {
            changes.Clear();
            var edited = await rewriter.RewriteAsync(snapshot.Tree, cancellationToken);
            var after = edited is null ? null : After(snapshot, edited, tag, options);
            if (edited is null || edited.Id != snapshot.Tree || after!.HostName != snapshot.HostName || after.Time != snapshot.Time)
            {
                rewritten.Add(new RewrittenSnapshot(snapshot, after, [.. changes], edited?.Changes ?? 1, edited?.DroppedFiles ?? 0, edited?.DroppedBytes ?? 0));
            }
        }

        return new RewritePlan(repository, edit, options.Forget, rewritten, snapshots.Count - rewritten.Count);
    }

    private static void Note(List<(string Path, string Change)> changes, string path, string change)
    {
        if (changes.Count < MaximumChanges)
        {
            changes.Add((path, change));
        }
    }

    private static Snapshot After(Snapshot snapshot, EditedTree edited, string tag, RewriteOptions options) => snapshot with
    {
        Tree = edited.Id,
        Original = snapshot.Original ?? snapshot.Id,
        HostName = options.HostName ?? snapshot.HostName,
        Time = options.Time ?? snapshot.Time,
        Tags = options.Forget ? snapshot.Tags : [.. (snapshot.Tags ?? []).Append(tag).Distinct()],
        Summary = snapshot.Summary is not { } summary ? null : summary with
        {
            TotalFilesProcessed = Math.Max(0, summary.TotalFilesProcessed - edited.DroppedFiles),
            TotalBytesProcessed = Math.Max(0, summary.TotalBytesProcessed - edited.DroppedBytes),
        },
    };
}
