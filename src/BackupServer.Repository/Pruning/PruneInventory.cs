using System.Collections.Concurrent;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Indexing;

namespace BackupServer.Repository.Pruning;

/// <summary>Reads what a plan is made from. Whatever cannot be read ends it.</summary>
internal sealed class PruneInventory(Repository repository)
{
    private const string Looking = "looking what is needed";

    public async Task<PrunePlan> PlanAsync(PruneOptions options, CancellationToken cancellationToken)
    {
        options.Progress?.Report(new WorkProgress(Looking, 0, 0, "trees"));
        await repository.FlushAsync(cancellationToken);
        var snapshots = await repository.ListSnapshotsAsync(cancellationToken);
        var indexes = await repository.Documents.ListFilesAsync(RepositoryPaths.Index, cancellationToken);
        var guard = new PruneGuard(repository, snapshots.Select(static snapshot => snapshot.Id), indexes.Select(static file => file.Id));
        var index = new BlobIndex();
        var problems = new ConcurrentQueue<string>();
        var files = await new IndexLoader(repository.Documents, repository.Options.ParallelReads).LoadAsync(
            indexes,
            index,
            problem => problems.Enqueue(problem.Message),
            cancellationToken);
        RefuseDamage(problems);

        var walker = new ReferenceWalker(
            repository.Blobs, index, repository.Options.ParallelReads, problem => problems.Enqueue(problem.Message), static (_, _) => { })
        {
            Progress = options.Progress,
            Stage = Looking,
        };
        await walker.WalkAsync(snapshots.Select(static snapshot => snapshot.Tree).Distinct(), cancellationToken);
        RefuseDamage(problems);

        var sizes = new Dictionary<ObjectId, long>();
        await foreach (var file in repository.Backend.ListAsync(RepositoryPaths.Data, cancellationToken))
        {
            if (ObjectId.TryParse(file.Name, out var id))
            {
                sizes[id] = file.Size;
            }
        }

        await guard.RequireNothingNewAsync(cancellationToken);
        return new PrunePlanner(repository, options, guard, index, files, walker.Used, sizes).Plan();
    }

    private void RefuseDamage(ConcurrentQueue<string> problems)
    {
        if (!problems.IsEmpty)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged,
                $"nothing was pruned in {repository.Location}, because {problems.Count} things that snapshots need are missing or damaged: "
                    + $"{string.Join("; ", problems.Take(3))}; run check, and prune again when it finds no problem");
        }
    }
}
