using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Archiving;

/// <summary>Counters and problems of a run, fed by all its threads.</summary>
internal sealed class ArchiveStatistics(IProgress<ArchiveProgress>? progress, long expectedBytes = 0)
{
    private readonly Lock _gate = new();
    private readonly List<ArchiveProblem> _problems = [];
    private long _filesNew;
    private long _filesChanged;
    private long _filesUnmodified;
    private long _directoriesNew;
    private long _directoriesChanged;
    private long _directoriesUnmodified;
    private long _bytes;
    private long _dataBlobs;
    private long _treeBlobs;
    private long _added;
    private long _stored;
    private long _problemCount;

    public long StoredBytes => Interlocked.Read(ref _stored);

    public void FileDone(bool inParent, bool unmodified, ulong size)
    {
        Interlocked.Increment(ref unmodified ? ref _filesUnmodified : ref inParent ? ref _filesChanged : ref _filesNew);
        Interlocked.Add(ref _bytes, (long)size);
        progress?.Report(new ArchiveProgress(Files, Interlocked.Read(ref _bytes), Interlocked.Read(ref _stored)) { ExpectedBytes = expectedBytes });
    }

    public void DirectoryDone(bool inParent, bool unmodified) =>
        Interlocked.Increment(ref unmodified ? ref _directoriesUnmodified : ref inParent ? ref _directoriesChanged : ref _directoriesNew);

    public void BlobSaved(BlobType type, SavedBlob blob, int length)
    {
        if (blob.Added)
        {
            Interlocked.Increment(ref type == BlobType.Tree ? ref _treeBlobs : ref _dataBlobs);
            Interlocked.Add(ref _added, length);
            Interlocked.Add(ref _stored, blob.StoredLength);
        }
    }

    public void Report(string path, ArchiveProblemKind kind, string reason)
    {
        lock (_gate)
        {
            _problemCount++;
            if (_problems.Count < ArchiveResult.MaximumProblems)
            {
                _problems.Add(new ArchiveProblem(path, kind, reason));
            }
        }
    }

    public (long Count, IReadOnlyList<ArchiveProblem> First) Problems
    {
        get
        {
            lock (_gate)
            {
                return (_problemCount, [.. _problems.OrderBy(problem => problem.Path, StringComparer.Ordinal)]);
            }
        }
    }

    public SnapshotSummary ToSummary(DateTimeOffset start, DateTimeOffset end) => new()
    {
        BackupStart = start,
        BackupEnd = end,
        FilesNew = _filesNew,
        FilesChanged = _filesChanged,
        FilesUnmodified = _filesUnmodified,
        DirectoriesNew = _directoriesNew,
        DirectoriesChanged = _directoriesChanged,
        DirectoriesUnmodified = _directoriesUnmodified,
        DataBlobs = _dataBlobs,
        TreeBlobs = _treeBlobs,
        DataAdded = _added,
        DataAddedPacked = _stored,
        TotalFilesProcessed = Files,
        TotalBytesProcessed = _bytes,
    };

    private long Files => Interlocked.Read(ref _filesNew) + Interlocked.Read(ref _filesChanged) + Interlocked.Read(ref _filesUnmodified);
}
