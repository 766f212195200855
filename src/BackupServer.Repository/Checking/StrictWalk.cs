namespace BackupServer.Repository.Checking;

/// <summary>A walk for those who need every blob that snapshots need: the first one that is missing or damaged ends it.</summary>
internal static class StrictWalk
{
    /// <summary>A walker over the repository's own index, which must be loaded.</summary>
    public static ReferenceWalker Create(Repository repository) => new(
        repository.Blobs,
        repository.Index,
        repository.Options.ParallelReads,
        problem => throw new RepositoryException(RepositoryErrorKind.Damaged, $"{problem.Message}; run check to see what that affects and what repairs it"),
        static (_, _) => { });
}
