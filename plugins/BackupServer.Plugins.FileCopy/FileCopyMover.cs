using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Plugins.FileCopy;

/// <summary>
/// Copies the files of a volume into one snapshot, below the directory <c>/data</c>, and back. The commit point is the snapshot: a copy that was
/// killed left none, and the next one finds what is stored already; a copy that was killed after it is found by its job tag.
/// </summary>
public sealed class FileCopyMover(TimeProvider timeProvider) : IDataMover
{
    private const string DataNode = "data";

    /// <summary>Tag with the number of files that could not be read whole, for the result of a copy whose own report was lost.</summary>
    private const string ProblemsTag = "problems";

    /// <inheritdoc/>
    public string Name => "FileCopy";

    /// <inheritdoc/>
    public async Task<VolumeBackupResult> BackupAsync(VolumeBackupJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        var errors = new MoverErrors($"copy volume {job.Identity} from {job.SourcePath}", job.Repository);
        return await errors.GuardAsync(
            async () =>
            {
                await using var session = await RepositorySession.OpenAsync(job.Repository, timeProvider, cancellationToken);
                var snapshots = await session.Repository.ListSnapshotsAsync(cancellationToken);
                return snapshots.LastOrDefault(snapshot => snapshot.Tags?.Contains(job.JobTag) == true) is { } finished
                    ? await VerifyFinishedAsync(session, job, finished, cancellationToken)
                    : await ArchiveAsync(session, job, Parent(snapshots, job), progress, cancellationToken);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<VolumeRestoreResult> RestoreAsync(VolumeRestoreJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        var errors = new MoverErrors($"restore snapshot {job.SnapshotId} into {job.TargetPath}", job.Repository);
        return await errors.GuardAsync(
            async () =>
            {
                // The directory is a volume's mount point. Making it would restore onto the node's own disk.
                RequireDirectory(job.TargetPath);
                await using var session = await RepositorySession.OpenAsync(job.Repository with { MayCreate = false }, timeProvider, cancellationToken);
                return await RestoreAsync(session, job, progress, cancellationToken);
            },
            cancellationToken);
    }

    // What was read before the run was killed is not known any more.
    private static async Task<VolumeBackupResult> VerifyFinishedAsync(RepositorySession session, VolumeBackupJob job, Snapshot finished, CancellationToken cancellationToken)
    {
        var proof = await session.RunAsync(token => VerifyAsync(session, job, finished, token), cancellationToken);
        return ResultOf(finished, LostProblems(finished)) with { Verification = proof };
    }

    private static async Task<VolumeBackupResult> ArchiveAsync(
        RepositorySession session, VolumeBackupJob job, Snapshot? parent, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        RequireDirectory(job.SourcePath);
        DataVerification? verification = null;
        var expected = parent?.Summary?.TotalBytesProcessed ?? 0;
        var options = new ArchiveOptions
        {
            Root = new ArchiveRoot(job.SourcePath, DataNode),
            SnapshotPaths = [job.Identity],
            HostName = job.Hostname,
            Tags = [.. job.Tags.Append(job.JobTag).Distinct()],
            ProblemCountTag = ProblemsTag,
            Parent = parent?.Id,
            ProgramVersion = "BackupServer " + typeof(FileCopyMover).Assembly.GetName().Version?.ToString(3),
            Verify = async (snapshot, token) => verification = await VerifyAsync(session, job, snapshot, token),
            Progress = new Forwarder<ArchiveProgress>(done =>
                progress.Report(new VolumeProgress(done.Files, done.Bytes, Math.Max(expected, done.Bytes)))),
        };
        var result = await session.RunAsync(token => new Archiver(session.Repository).ArchiveAsync(options, token), cancellationToken);
        return ResultOf(result.Snapshot, Words(result.Problems.Select(static problem => $"{problem.Path}: {problem.Reason}"), result.ProblemCount)) with { Verification = verification };
    }

    private static async Task<DataVerification> VerifyAsync(RepositorySession session, VolumeBackupJob job, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var depth = job.Verification switch
        {
            VerificationMode.Full => VerificationDepth.Full,
            VerificationMode.Sample => VerificationDepth.Sample,
            _ => VerificationDepth.Structure,
        };
        var proof = await new SnapshotVerifier(session.Repository, depth, Random.Shared).VerifyAsync(snapshot, cancellationToken);
        return new DataVerification
        {
            Mode = job.Verification,
            NewPacks = proof.NewPacks,
            NewPacksRead = proof.NewPacksRead,
            ReusedBlobs = proof.ReusedBlobs,
            ReusedBlobsRead = proof.ReusedBlobsRead,
            ReusedPacks = proof.ReusedPacks,
            ReusedPacksRead = proof.ReusedPacksRead,
            BytesRead = proof.BytesRead,
        };
    }

    private static async Task<VolumeRestoreResult> RestoreAsync(
        RepositorySession session, VolumeRestoreJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        var reader = await SnapshotReader.OpenAsync(session.Repository, job.SnapshotId, cancellationToken);
        var total = reader.Snapshot.Summary?.TotalBytesProcessed ?? 0;
        var options = new RestoreOptions
        {
            Target = job.TargetPath,
            SubPath = "/" + DataNode,
            Overwrite = RestoreOverwrite.Always,
            Progress = new Forwarder<RestoreProgress>(done => progress.Report(new VolumeProgress(done.Files, done.Bytes, Math.Max(total, done.Bytes)))),
        };
        var result = await session.RunAsync(token => new Restorer(reader).RestoreAsync(options, token), cancellationToken);
        RequireContents(result);
        return new VolumeRestoreResult
        {
            Files = result.Files + result.Directories + result.Others,
            Bytes = result.Bytes,
            Problems = Words(
                result.Problems.Select(static problem => problem.Path.Length == 0 ? problem.Reason : $"{problem.Path}: {problem.Reason}"), result.ProblemCount),
        };
    }

    // Owners and modes that could not be set are problems to be told; a volume that lacks contents is not restored, or a database would start on half of its files.
    private static void RequireContents(RestoreResult result)
    {
        var lost = result.Problems.Where(static problem => problem.Kind is not (RestoreProblemKind.Owner or RestoreProblemKind.Metadata)).ToList();
        if (lost.Count > 0)
        {
            throw new DataMoverException(
                $"{result.ProblemCount} paths could not be restored whole, all others are written. First: "
                    + string.Join("; ", lost.Take(3).Select(static problem => $"{problem.Path}: {problem.Reason}")));
        }
    }

    /// <summary>The newest snapshot of the same volume, whatever machine made it.</summary>
    private static Snapshot? Parent(IEnumerable<Snapshot> snapshots, VolumeBackupJob job) =>
        snapshots.LastOrDefault(snapshot => snapshot.Paths is [var path] && path == job.Identity);

    private static VolumeBackupResult ResultOf(Snapshot snapshot, IReadOnlyList<string> problems)
    {
        var summary = snapshot.Summary ?? new SnapshotSummary();
        return new VolumeBackupResult
        {
            SnapshotId = snapshot.Id.ToString(),
            Files = summary.TotalFilesProcessed + summary.DirectoriesNew + summary.DirectoriesChanged + summary.DirectoriesUnmodified,
            Bytes = summary.TotalBytesProcessed,
            BytesAdded = summary.DataAdded,
            BytesStored = summary.DataAddedPacked,
            Problems = problems,
        };
    }

    private static IReadOnlyList<string> LostProblems(Snapshot snapshot) => snapshot.Tag(ProblemsTag) is { } count
        ? [$"{count} files could not be read whole; the copy was killed before it could name them, and snapshot {snapshot.Id.ToShortString()} is its result"]
        : [];

    private static IReadOnlyList<string> Words(IEnumerable<string> first, long count)
    {
        var words = first.ToList();
        return count > words.Count ? [.. words, $"and {count - words.Count} more"] : words;
    }

    private static void RequireDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"there is no directory {path}: the volume is not mounted there; is its pod still running on this node?");
        }
    }
}
