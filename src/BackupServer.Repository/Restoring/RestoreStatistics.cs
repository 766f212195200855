namespace BackupServer.Repository.Restoring;

/// <summary>Counters and problems of a restore, fed by all its threads.</summary>
internal sealed class RestoreStatistics(IProgress<RestoreProgress>? progress)
{
    private readonly Lock _gate = new();
    private readonly List<RestoreProblem> _problems = [];
    private long _files;
    private long _directories;
    private long _others;
    private long _skipped;
    private long _bytes;
    private long _written;
    private long _problemCount;
    private long _owners;
    private long _deleted;
    private string _firstOwner = "";

    public void FileDone(long bytes)
    {
        long files = Interlocked.Increment(ref _files);
        progress?.Report(new RestoreProgress(files, Interlocked.Add(ref _bytes, bytes)));
    }

    public void DirectoryDone() => Interlocked.Increment(ref _directories);

    public void OtherDone() => Interlocked.Increment(ref _others);

    public void Deleted() => Interlocked.Increment(ref _deleted);

    public void Skipped() => Interlocked.Increment(ref _skipped);

    public void Written(long bytes) => Interlocked.Add(ref _written, bytes);

    public void Report(RestorePath path, RestoreProblemKind kind, string reason)
    {
        lock (_gate)
        {
            _problemCount++;
            if (_problems.Count < RestoreResult.MaximumProblems)
            {
                _problems.Add(new RestoreProblem(path.ToString(), kind, reason));
            }
        }
    }

    /// <summary>An owner could not be set. Without root that is so for every entry of another owner: one problem names the number.</summary>
    public void OwnerMissed(RestorePath path, string reason)
    {
        lock (_gate)
        {
            if (_owners++ == 0)
            {
                _firstOwner = $"{path}: {reason}";
            }
        }
    }

    public RestoreResult ToResult()
    {
        lock (_gate)
        {
            if (_owners > 0)
            {
                _problemCount++;
                _problems.Insert(0, new RestoreProblem(
                    "",
                    RestoreProblemKind.Owner,
                    $"owner or group of {_owners} entries could not be restored; run as root or with CAP_CHOWN to restore them. The first: {_firstOwner}"));
            }

            return new RestoreResult(_files, _directories, _others, _skipped, _bytes, _written, _problemCount, [.. _problems]) { Deleted = _deleted };
        }
    }
}
