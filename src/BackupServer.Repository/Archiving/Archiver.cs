using System.Text;
using BackupServer.Repository.Files;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// Backs up files of this machine into one snapshot. What cannot be read is reported and the rest is kept. The snapshot is written last, when everything it
/// refers to is durable: a run that is killed leaves no snapshot, and the next one finds the blobs that an index names already.
/// The index must be loaded; the caller holds the repository's lock.
/// </summary>
public sealed class Archiver(Repository repository)
{
    /// <summary>Backs up what the options say.</summary>
    /// <exception cref="ArgumentException">The options contradict each other or name nothing.</exception>
    /// <exception cref="FormatException">An exclude is not a pattern.</exception>
    /// <exception cref="FileSystemException">A directory that was named itself cannot be opened.</exception>
    /// <exception cref="RepositoryException">The repository cannot be read or written.</exception>
    public async Task<ArchiveResult> ArchiveAsync(ArchiveOptions options, CancellationToken cancellationToken) =>
        await ArchiveAsync(options, await FindParentAsync(options, cancellationToken), cancellationToken);

    /// <summary>The snapshot that a backup of these options compares with; null if there is none, or every file is to be read.</summary>
    /// <exception cref="RepositoryException">The repository cannot be read, or the snapshot that was named is not there.</exception>
    public Task<Snapshot?> FindParentAsync(ArchiveOptions options, CancellationToken cancellationToken) =>
        ParentFinder.FindAsync(repository, options, SnapshotPaths(options), cancellationToken);

    /// <summary>As <see cref="ArchiveAsync(ArchiveOptions, CancellationToken)"/>, for those who looked for the parent already.</summary>
    public async Task<ArchiveResult> ArchiveAsync(ArchiveOptions options, Snapshot? parent, CancellationToken cancellationToken)
    {
        DateTimeOffset start = repository.TimeProvider.GetUtcNow();
        ArchivePlan plan = ArchivePlan.Of(options);
        IReadOnlyList<string> paths = SnapshotPaths(options);
        ArchiveStatistics statistics = new(options.Progress, parent?.Summary?.TotalBytesProcessed ?? 0);
        DateTimeOffset? parentStart = parent?.Summary?.BackupStart ?? parent?.Time;
        using FileArchiver files = new(repository, options, statistics, parentStart is { } time ? NodeTime.From(time) : null);
        ArchiveWalk walk = new(repository, options, statistics, files);

        ObjectId tree = await walk.RunAsync(plan, parent?.Tree, cancellationToken);
        await repository.FlushAsync(cancellationToken);
        SnapshotSummary summary = statistics.ToSummary(start, repository.TimeProvider.GetUtcNow());
        (long count, IReadOnlyList<ArchiveProblem> problems) = statistics.Problems;
        IReadOnlyList<string> tags = options.ProblemCountTag is { } tag && count > 0 ? [.. options.Tags, $"{tag}={count}"] : options.Tags;
        Snapshot snapshot = new()
        {
            Time = options.Time ?? start,
            Parent = parent?.Id,
            Tree = tree,
            Paths = paths,
            HostName = options.HostName,
            UserName = options.UserName,
            Uid = LinuxCalls.EffectiveUser(),
            Excludes = options.Excludes.Count + options.ExcludesIgnoringCase.Count > 0 ? [.. options.Excludes, .. options.ExcludesIgnoringCase] : null,
            Tags = tags.Count > 0 ? tags : null,
            ProgramVersion = options.ProgramVersion,
            Summary = summary,
        };
        if (options.SkipIfUnchanged && parent?.Tree == tree)
        {
            return new ArchiveResult(parent, summary, count, problems) { IsSkipped = true };
        }

        if (options.Verify is { } verify)
        {
            await verify(snapshot, cancellationToken);
        }

        snapshot = await repository.SaveSnapshotAsync(snapshot, cancellationToken);
        return new ArchiveResult(snapshot, summary, count, problems);
    }

    private static IReadOnlyList<string> SnapshotPaths(ArchiveOptions options) =>
        options.SnapshotPaths ?? (options.Root is { } root ? ["/" + root.NodeName] : [.. options.Paths.Select(Path.GetFullPath), .. options.RawPaths.Select(Text)]);

    private static string Text(RawName path) => "/" + string.Join('/', RawPath.Parts(path).Select(static part => Encoding.UTF8.GetString(part.Span)));
}
