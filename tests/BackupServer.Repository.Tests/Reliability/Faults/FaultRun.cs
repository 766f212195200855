using BackupServer.Repository.Archiving;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Faults;

/// <summary>
/// Random work on a repository whose store misbehaves. Every step ends right or with a <see cref="RepositoryException"/>; whatever a restore gives is right; and when the faults
/// end, everything that was ever committed and not forgotten is there.
/// </summary>
internal sealed class FaultRun : IDisposable
{
    private static readonly LockOptions Locks = new() { SettleTime = TimeSpan.Zero, UnreadableRetries = [] };
    private static readonly RepositoryOptions Options = TestRepository.Options with { PackSize = 4096 };

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<ObjectId, Dictionary<string, byte[]>> _snapshots = [];
    private readonly HashSet<ObjectId> _forgotten = [];
    private readonly Dictionary<string, byte[]> _source = [];
    private readonly Random _random;
    private readonly FaultyBackend _backend;
    private readonly FaultPlan _plan;

    public FaultRun(FaultPlan plan, int seed)
    {
        _plan = plan;
        _random = new Random(seed);
        _backend = new FaultyBackend(new MemoryBackend(), seed);
        _folder.MakeDirectory("source");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Steps that failed, each with a reason.</summary>
    public List<string> Failures { get; } = [];

    public int Faults => _backend.Faults;

    public async Task RunAsync(int steps)
    {
        await (await TestRepository.InitAsync(_backend, Options)).DisposeAsync();
        await StepAsync("backup", BackUpAsync);
        for (int step = 0; step < steps; step++)
        {
            _backend.Plan = _plan;
            await StepAsync("backup", BackUpAsync);
            (string name, Func<Repository, Task> work) = _random.Next(5) switch
            {
                0 => ("forget", ForgetAsync),
                1 => ("prune", PruneAsync),
                2 => ("check", CheckAsync),
                _ => ("restore", (Func<Repository, Task>)RestoreAsync),
            };
            await StepAsync(name, work);
            await _backend.SettleAsync();
            await ReconcileAsync();
        }
    }

    /// <summary>After the faults: the same work ends, everything is there, and check finds nothing wrong.</summary>
    public async Task FinishAsync()
    {
        await _backend.SettleAsync();
        int failures = Failures.Count;
        await StepAsync("backup", BackUpAsync);
        await StepAsync("prune", PruneAsync);
        Assert.True(Failures.Count == failures, $"after the faults: {Failures.LastOrDefault()}");
        await using Repository repository = await TestRepository.OpenAsync(_backend, Options);
        CheckReport report = await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
        Assert.True(report.IsClean, string.Join('\n', report.Problems));
        Assert.Equal(_snapshots.Keys.Order(), (await repository.ListSnapshotIdsAsync(Cancellation)).Order());
        foreach ((ObjectId id, Dictionary<string, byte[]> files) in _snapshots)
        {
            using TemporaryFolder target = new();
            RestoreResult result = await RestoreAsync(repository, await repository.LoadSnapshotAsync(id, Cancellation), target["all"]);
            Assert.DoesNotContain(result.Problems, static problem => problem.Kind != RestoreProblemKind.Owner);
            AssertRight(target["all"], files, result, whole: true);
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task StepAsync(string name, Func<Repository, Task> work)
    {
        try
        {
            await using Repository repository = await TestRepository.OpenAsync(_backend, Options);
            await work(repository);
        }
        catch (RepositoryException e)
        {
            // A clear failure; that nothing is lost by it is seen afterwards.
            Assert.NotEmpty(e.Message);
            Failures.Add($"{name}: {e.Kind}: {e.Message}");
        }
    }

    private async Task BackUpAsync(Repository repository)
    {
        ChangeSource();
        await using RepositoryLock shared = await RepositoryLock.AcquireAsync(repository, LockMode.Shared, Locks, Cancellation);
        ArchiveOptions options = new() { Root = new ArchiveRoot(_folder["source"], "data"), HostName = "test", Concurrency = 2 };
        ArchiveResult result = await new Archiver(repository).ArchiveAsync(options, Cancellation);
        Assert.Empty(result.Problems);
        _snapshots[result.SnapshotId] = new Dictionary<string, byte[]>(_source);
    }

    private async Task ForgetAsync(Repository repository)
    {
        IReadOnlyList<Snapshot> snapshots = await repository.ListSnapshotsAsync(Cancellation);
        if (snapshots.Count > 1)
        {
            ObjectId id = snapshots[_random.Next(snapshots.Count)].Id;
            _forgotten.Add(id);
            await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Locks, Cancellation);
            await repository.DeleteSnapshotAsync(id, Cancellation);
        }
    }

    private async Task PruneAsync(Repository repository)
    {
        await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Locks, Cancellation);
        PrunePlan plan = await PrunePlan.CreateAsync(repository, exclusive, new PruneOptions { MaximumUnused = 0, SmallPackCount = 3 }, Cancellation);
        await plan.ExecuteAsync(exclusive, Cancellation);
    }

    private async Task CheckAsync(Repository repository)
    {
        CheckReport report = await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
        if (!report.IsClean)
        {
            Failures.Add($"check: {report.Problems[0]}");
        }
    }

    private async Task RestoreAsync(Repository repository)
    {
        IReadOnlyList<Snapshot> snapshots = await repository.ListSnapshotsAsync(Cancellation);
        if (snapshots.Count > 0)
        {
            using TemporaryFolder target = new();
            Snapshot snapshot = snapshots[_random.Next(snapshots.Count)];
            RestoreResult result = await RestoreAsync(repository, snapshot, target["restored"]);
            if (_snapshots.TryGetValue(snapshot.Id, out Dictionary<string, byte[]>? files))
            {
                AssertRight(target["restored"], files, result, whole: false);
            }

            Failures.AddRange(result.Problems.Where(static problem => problem.Kind != RestoreProblemKind.Owner).Select(static problem => $"restore: {problem.Path}: {problem.Reason}"));
        }
    }

    private static Task<RestoreResult> RestoreAsync(Repository repository, Snapshot snapshot, string target) =>
        new Restorer(new SnapshotReader(repository, snapshot)).RestoreAsync(new RestoreOptions { Target = target, SubPath = "/data", Concurrency = 2 }, Cancellation);

    private static void AssertRight(string target, Dictionary<string, byte[]> files, RestoreResult result, bool whole)
    {
        foreach ((string name, byte[] content) in files)
        {
            string path = Path.Combine(target, name);
            if (File.Exists(path))
            {
                Assert.Equal(content, File.ReadAllBytes(path));
            }
            else
            {
                Assert.False(whole, $"{name} was not restored");
                Assert.Contains(result.Problems, problem => name == problem.Path || name.StartsWith(problem.Path + "/", StringComparison.Ordinal));
            }
        }

        Assert.All(Directory.GetFiles(target, "*", SearchOption.AllDirectories), file => Assert.Contains(Path.GetRelativePath(target, file), files.Keys));
    }

    /// <summary>A step whose answer was lost may have happened; then it happened wholly.</summary>
    private async Task ReconcileAsync()
    {
        await using Repository repository = await TestRepository.OpenAsync(_backend, Options);
        HashSet<ObjectId> there = [.. await repository.ListSnapshotIdsAsync(Cancellation)];
        foreach (ObjectId id in _snapshots.Keys.Where(id => !there.Contains(id)).ToList())
        {
            Assert.True(_forgotten.Contains(id), $"snapshot {id} is gone and nobody forgot it; {string.Join('\n', Failures)}");
            _snapshots.Remove(id);
        }

        foreach (ObjectId id in there.Where(id => !_snapshots.ContainsKey(id)))
        {
            // Its backup failed only for the caller: the source has not changed since.
            _snapshots[id] = new Dictionary<string, byte[]>(_source);
        }
    }

    private void ChangeSource()
    {
        for (int i = 0; i < 4; i++)
        {
            string name = $"{(_random.Next(2) == 0 ? "sub/" : "")}file-{_random.Next(12)}";
            string path = Path.Combine(_folder["source"], name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (_random.Next(4) == 0)
            {
                File.Delete(path);
                _source.Remove(name);
            }
            else
            {
                byte[] content = _random.Next(2) == 0 ? TestRepository.Noise(_random.Next(), _random.Next(8000)) : new byte[_random.Next(20_000)];
                File.WriteAllBytes(path, content);
                _source[name] = content;
            }
        }
    }
}
