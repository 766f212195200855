using System.Text;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Copying;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tagging;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Reliability.Faults;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Models;

/// <summary>
/// A tree, the snapshots of it and the passwords, as a model beside the real ones. Each step does something at random to both, sometimes while the store misbehaves or the
/// process dies, and afterwards they agree.
/// </summary>
internal sealed class ModelRun : IDisposable
{
    private const int MaximumTrees = 100;
    private const int MaximumSnapshots = 50;
    private static readonly LockOptions Locks = new() { SettleTime = TimeSpan.Zero, UnreadableRetries = [] };

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random;
    private readonly FaultyBackend _backend;
    private readonly ModelSource _source;
    private readonly Dictionary<ObjectId, ModelTree> _snapshots = [];
    // Trees of snapshots that are gone are kept for a while: a tagged one may still appear, and names its first. For ever would be gigabytes in a long run.
    private readonly Dictionary<ObjectId, ModelTree> _ever = [];
    private readonly Queue<ObjectId> _inOrder = [];
    private readonly MemoryBackend _second = new();
    private readonly HashSet<ObjectId> _maybeForgotten = [];
    private readonly List<string> _passwords = [TestRepository.Password];
    private readonly (string Name, int Weight, Func<Repository, Task> Work)[] _operations;

    public ModelRun(int seed)
    {
        _random = new Random(seed);
        _backend = new FaultyBackend(new MemoryBackend(), seed);
        _source = new ModelSource(_folder.MakeDirectory("source"), _random);
        _operations =
        [
            ("backup", 40, BackUpAsync), ("restore", 14, RestoreAsync), ("restore in place", 10, RestoreInPlaceAsync), ("restore a part", 6, RestorePartAsync),
            ("forget", 10, ForgetAsync), ("prune", 8, PruneAsync), ("check", 4, CheckAsync), ("key add", 3, AddKeyAsync), ("key remove", 3, RemoveKeyAsync),
            ("key change", 2, ChangeKeyAsync), ("tag", 5, TagAsync), ("copy", 5, CopyAsync),
        ];
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Steps by operation, and of each those that failed because of a fault.</summary>
    public SortedDictionary<string, (int Done, int Failed)> Steps { get; } = new(StringComparer.Ordinal);

    public async Task BeginAsync()
    {
        await (await TestRepository.InitAsync(_backend, Options())).DisposeAsync();
        await (await TestRepository.InitAsync(_second)).DisposeAsync();
    }

    public async Task StepAsync()
    {
        (string name, Func<Repository, Task> work) = Choose();
        _backend.Plan = _random.Next(4) > 0 ? null : FaultPlan.All.Values.ElementAt(_random.Next(FaultPlan.All.Count));
        bool faulty = _backend.Plan is not null;
        (int done, int failed) = Steps.GetValueOrDefault(name);
        Steps[name] = (done + 1, failed);
        try
        {
            await using Repository repository = await OpenAsync();
            await work(repository);
        }
        catch (RepositoryException) when (faulty)
        {
            // A clear failure because of a fault; what it left is looked at below.
            Steps[name] = (done + 1, failed + 1);
        }

        await _backend.SettleAsync();
        await AgreeAsync();
    }

    /// <summary>Every byte of the repository is right, and every snapshot comes back.</summary>
    public async Task FinishAsync()
    {
        await using Repository repository = await OpenAsync();
        await repository.LoadIndexAsync(Cancellation);
        await PruneAsync(repository);
        CheckReport report = await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
        Assert.True(report.IsClean, string.Join('\n', report.Problems));
        await using Repository second = await TestRepository.OpenAsync(_second);
        CheckReport copies = await new RepositoryChecker(second, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
        Assert.True(copies.IsClean, string.Join('\n', copies.Problems));
        foreach (ObjectId id in _snapshots.Keys)
        {
            await RestoreAsync(repository, id, $"all-{id.ToShortString()}", RestoreOverwrite.Always);
        }
    }

    public void Dispose() => _folder.Dispose();

    private RepositoryOptions Options() => TestRepository.Options with
    {
        PackSize = 1 << _random.Next(10, 22),
        ParallelUploads = _random.Next(1, 3),
        ParallelReads = _random.Next(1, 4),
        IndexBytes = _random.Next(2) == 0 ? 1 : 1L << 30,
    };

    private (string Name, Func<Repository, Task> Work) Choose()
    {
        int number = _random.Next(_operations.Sum(static operation => operation.Weight));
        int i = 0;
        for (; number >= _operations[i].Weight; i++)
        {
            number -= _operations[i].Weight;
        }

        return (_operations[i].Name, _operations[i].Work);
    }

    private Task<Repository> OpenAsync() =>
        Repository.OpenAsync(_backend, _passwords[_random.Next(_passwords.Count)], Options(), TimeProvider.System, Cancellation);

    private ObjectId? Pick() => _snapshots.Count == 0 ? null : _snapshots.Keys.ElementAt(_random.Next(_snapshots.Count));

    private async Task BackUpAsync(Repository repository)
    {
        for (int i = _random.Next(8); i >= 0; i--)
        {
            _source.Change();
        }

        await using RepositoryLock shared = await RepositoryLock.AcquireAsync(repository, LockMode.Shared, Locks, Cancellation);
        await repository.LoadIndexAsync(Cancellation);
        ArchiveOptions options = new()
        {
            Root = new ArchiveRoot(_folder["source"], "data"),
            HostName = "model",
            Concurrency = _random.Next(1, 4),
            ReadAll = _random.Next(10) == 0,
            Parent = _random.Next(4) == 0 ? Pick() : null,
        };
        ArchiveResult result = await new Archiver(repository).ArchiveAsync(options, Cancellation);
        Assert.Empty(result.Problems);
        _snapshots[result.SnapshotId] = _source.Tree.Clone();
    }

    private async Task RestoreAsync(Repository repository)
    {
        if (Pick() is { } id)
        {
            string target = $"target-{_random.Next()}";
            await RestoreAsync(repository, id, target, RestoreOverwrite.Always);
            Directory.Delete(_folder[target], recursive: true);
        }
    }

    /// <summary>Into a directory that has another snapshot already, or the half of one: files that it has and this one has not are moved away first.</summary>
    private async Task RestoreInPlaceAsync(Repository repository)
    {
        if (Pick() is { } id)
        {
            string target = _folder.MakeDirectory("in-place");
            ModelTree there = ModelTree.Read(target);
            foreach ((string path, ModelEntry entry) in there.Entries.Reverse())
            {
                if (!_snapshots[id].Entries.TryGetValue(path, out ModelEntry? wanted) || (wanted.Type != entry.Type && entry.Type == NodeType.Directory))
                {
                    Remove(Path.Combine(target, path), entry.Type);
                }
            }

            await RestoreAsync(repository, id, "in-place", RestoreOverwrite.Always);
        }
    }

    private static void Remove(string path, NodeType type)
    {
        if (type == NodeType.Directory)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private async Task RestoreAsync(Repository repository, ObjectId id, string target, RestoreOverwrite overwrite)
    {
        await repository.LoadIndexAsync(Cancellation);
        Snapshot snapshot = await repository.LoadSnapshotAsync(id, Cancellation);
        RestoreOptions options = new()
        {
            Target = _folder[target],
            SubPath = "/data",
            Overwrite = overwrite,
            RootMetadata = false,
            Concurrency = _random.Next(1, 4),
            Sparse = _random.Next(2) == 0,
            Verify = _random.Next(3) == 0,
        };
        RestoreResult result = await new Restorer(new SnapshotReader(repository, snapshot)).RestoreAsync(options, Cancellation);
        RestoreProblem[] problems = [.. result.Problems.Where(static problem => problem.Kind != RestoreProblemKind.Owner)];
        if (_backend.Plan is null)
        {
            Assert.Empty(problems);
            Assert.Equal(_snapshots[id].Describe(), ModelTree.Read(_folder[target]).Describe());
        }
        else
        {
            AssertNoWrongBytes(_snapshots[id], ModelTree.Read(_folder[target]), problems);
        }
    }

    private static void AssertNoWrongBytes(ModelTree expected, ModelTree actual, RestoreProblem[] problems)
    {
        foreach ((string path, ModelEntry entry) in expected.Entries.Where(static entry => entry.Value.Type == NodeType.File))
        {
            bool right = actual.Entries.TryGetValue(path, out ModelEntry? restored) && restored.Content.AsSpan().SequenceEqual(entry.Content);
            string shown = new RawName(path).ToString();
            Assert.True(right || problems.Any(problem => shown == problem.Path || shown.StartsWith(problem.Path + "/", StringComparison.Ordinal)), $"{shown} is wrong and nobody said so");
        }
    }

    private async Task RestorePartAsync(Repository repository)
    {
        if (Pick() is { } id && _snapshots[id].PathsOf(NodeType.Directory) is { Count: > 0 } directories)
        {
            string directory = directories[_random.Next(directories.Count)];
            await repository.LoadIndexAsync(Cancellation);
            Snapshot snapshot = await repository.LoadSnapshotAsync(id, Cancellation);
            string target = $"part-{_random.Next()}";
            RestoreOptions options = new() { Target = _folder[target], SubPath = "/data/" + directory, RootMetadata = false };
            RestoreResult result = await new Restorer(new SnapshotReader(repository, snapshot)).RestoreAsync(options, Cancellation);
            ModelTree expected = new();
            foreach (string path in _snapshots[id].Below(directory))
            {
                expected.Entries.Add(path[(directory.Length + 1)..], _snapshots[id].Entries[path]);
            }

            if (_backend.Plan is null)
            {
                Assert.Equal(expected.Describe(), ModelTree.Read(_folder[target]).Describe());
            }
            else
            {
                AssertNoWrongBytes(expected, ModelTree.Read(_folder[target]), [.. result.Problems]);
            }

            Directory.Delete(_folder[target], recursive: true);
        }
    }

    private async Task ForgetAsync(Repository repository)
    {
        if (_snapshots.Count <= 3)
        {
            return;
        }

        // Backups are more frequent: without a bound a long run would be about nothing but many snapshots.
        await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Locks, Cancellation);
        do
        {
            ObjectId id = Pick()!.Value;
            _maybeForgotten.Add(id);
            await repository.DeleteSnapshotAsync(id, Cancellation);
            _snapshots.Remove(id);
        }
        while (_snapshots.Count > MaximumSnapshots);
    }

    private async Task PruneAsync(Repository repository)
    {
        await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Locks, Cancellation);
        PruneOptions options = new()
        {
            MaximumUnused = _random.Next(3) * 0.1,
            SmallPackCount = _random.Next(2, 10),
            MaximumRepack = _random.Next(2) == 0 ? long.MaxValue : 1 << 20,
        };
        await (await PrunePlan.CreateAsync(repository, exclusive, options, Cancellation)).ExecuteAsync(exclusive, Cancellation);
    }

    private async Task CheckAsync(Repository repository)
    {
        CheckReport report = await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
        Assert.True(report.IsClean || _backend.Plan is not null, string.Join('\n', report.Problems));
    }

    private async Task TagAsync(Repository repository)
    {
        if (Pick() is { } id)
        {
            await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Locks, Cancellation);
            Snapshot snapshot = await repository.LoadSnapshotAsync(id, Cancellation);
            _maybeForgotten.Add(id);
            TagPlan plan = TagPlan.Create([snapshot], new TagChange { Set = [$"tag {_random.Next()}"] });
            Snapshot tagged = Assert.Single(await plan.ExecuteAsync(repository, exclusive, Cancellation));
            Assert.Equal(snapshot.Original ?? id, tagged.Original);
            _snapshots[tagged.Id] = _snapshots[id];
            _snapshots.Remove(id);
        }
    }

    /// <summary>Everything into a second repository, which then has a copy of each snapshot that is in this one.</summary>
    private void ForgetOldTrees()
    {
        HashSet<ModelTree> needed = new(_snapshots.Values, ReferenceEqualityComparer.Instance);
        for (int i = _inOrder.Count; i > MaximumTrees; i--)
        {
            ObjectId oldest = _inOrder.Dequeue();
            if (needed.Contains(_ever[oldest]))
            {
                _inOrder.Enqueue(oldest);
            }
            else
            {
                _ever.Remove(oldest);
            }
        }
    }

    /// <summary>The second repository is in memory too.</summary>
    private static async Task ForgetOldCopiesAsync(Repository destination)
    {
        IReadOnlyList<Snapshot> copies = await destination.ListSnapshotsAsync(Cancellation);
        if (copies.Count <= MaximumTrees)
        {
            return;
        }

        await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(destination, LockMode.Exclusive, Locks, Cancellation);
        foreach (Snapshot copy in copies.SkipLast(MaximumTrees / 2))
        {
            await destination.DeleteSnapshotAsync(copy.Id, Cancellation);
        }

        await (await PrunePlan.CreateAsync(destination, exclusive, new PruneOptions { MaximumUnused = 0 }, Cancellation)).ExecuteAsync(exclusive, Cancellation);
    }

    private async Task CopyAsync(Repository repository)
    {
        await repository.LoadIndexAsync(Cancellation);
        await using Repository destination = await TestRepository.OpenAsync(_second);
        CopyPlan plan = await CopyPlan.CreateAsync(repository, destination, await repository.ListSnapshotsAsync(Cancellation), Cancellation);
        IReadOnlyList<Snapshot> copies = await plan.ExecuteAsync(null, Cancellation);
        if (copies.Count > 0)
        {
            int copy = _random.Next(copies.Count);
            await AssertListedAsync(destination, copies[copy].Id, _snapshots[plan.Snapshots[copy].Id]);
        }

        await ForgetOldCopiesAsync(destination);
    }

    private async Task AddKeyAsync(Repository repository)
    {
        string password = $"password {_passwords.Count} {_random.Next()}";
        _passwords.Add(password);
        try
        {
            await repository.AddKeyAsync(password, Cancellation);
        }
        catch (RepositoryException)
        {
            // It may have been added nevertheless, but nobody may rely on it.
            _passwords.Remove(password);
            throw;
        }
    }

    private async Task RemoveKeyAsync(Repository repository)
    {
        // Whose password it is nobody knows from outside, so all but the one in use go.
        FaultPlan? plan = _backend.Plan;
        IReadOnlyList<Keys.RepositoryKey> keys = await repository.ListKeysAsync(Cancellation);
        if (keys.FirstOrDefault(static key => key.IsCurrent) is not { } current)
        {
            // The store did not list it; then this is not the time to remove others.
            return;
        }

        _backend.Plan = null;
        string kept = await PasswordInUseAsync(current.Id);
        _backend.Plan = plan;
        _passwords.RemoveAll(password => password != kept);
        foreach (Keys.RepositoryKey key in keys.Where(static key => !key.IsCurrent))
        {
            await repository.RemoveKeyAsync(key.Id, Cancellation);
        }
    }

    private async Task<string> PasswordInUseAsync(ObjectId key)
    {
        foreach (string password in _passwords)
        {
            await using Repository repository = await Repository.OpenAsync(_backend, password, TestRepository.Options, TimeProvider.System, Cancellation);
            if ((await repository.ListKeysAsync(Cancellation)).Single(static listed => listed.IsCurrent).Id == key)
            {
                return password;
            }
        }

        throw new InvalidOperationException("no password opens the key that is in use");
    }

    private async Task ChangeKeyAsync(Repository repository)
    {
        FaultPlan? plan = _backend.Plan;
        _backend.Plan = null;
        string old = await PasswordInUseAsync((await repository.ListKeysAsync(Cancellation)).Single(static key => key.IsCurrent).Id);
        _backend.Plan = plan;
        string changed = $"changed {_random.Next()}";
        try
        {
            await repository.ChangePasswordAsync(changed, Cancellation);
            _passwords.Remove(old);
            _passwords.Add(changed);
        }
        catch (RepositoryException)
        {
            // The old one opens, or the new one, or both; nobody is locked out.
            await _backend.SettleAsync();
            _passwords.Add(changed);
            _passwords.RemoveAll(password => !OpensAsync(password).GetAwaiter().GetResult());
            Assert.NotEmpty(_passwords);
            throw;
        }
    }

    private async Task<bool> OpensAsync(string password)
    {
        try
        {
            await (await Repository.OpenAsync(_backend, password, TestRepository.Options, TimeProvider.System, Cancellation)).DisposeAsync();
            return true;
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.WrongPassword)
        {
            return false;
        }
    }

    /// <summary>The same snapshots, one of them read entry by entry, and every password opens.</summary>
    private async Task AgreeAsync()
    {
        await using Repository repository = await OpenAsync();
        await repository.LoadIndexAsync(Cancellation);
        HashSet<ObjectId> there = [.. await repository.ListSnapshotIdsAsync(Cancellation)];
        foreach (ObjectId id in there.Where(id => !_snapshots.ContainsKey(id)).ToList())
        {
            // A backup whose answer was lost: the source is as it was. Or a forget that failed.
            Assert.True(_backend.Faults > 0 || _maybeForgotten.Contains(id), $"snapshot {id} came from nowhere");
            ObjectId? original = (await repository.LoadSnapshotAsync(id, Cancellation)).Original;
            _snapshots[id] = original is { } first ? _ever[first] : _source.Tree.Clone();
        }

        foreach ((ObjectId id, ModelTree tree) in _snapshots)
        {
            if (_ever.TryAdd(id, tree))
            {
                _inOrder.Enqueue(id);
            }
        }

        ForgetOldTrees();

        foreach (ObjectId id in _snapshots.Keys.Where(id => !there.Contains(id)).ToList())
        {
            Assert.True(_maybeForgotten.Contains(id), $"snapshot {id} is lost");
            _snapshots.Remove(id);
        }

        if (Pick() is { } picked)
        {
            await AssertListedAsync(repository, picked, _snapshots[picked]);
        }
    }

    private async Task AssertListedAsync(Repository repository, ObjectId id, ModelTree tree)
    {
        SnapshotReader reader = new(repository, await repository.LoadSnapshotAsync(id, Cancellation));
        Dictionary<string, Node> nodes = new(StringComparer.Ordinal);
        await foreach (SnapshotEntry entry in reader.WalkAsync("/data", Cancellation))
        {
            nodes.Add(Encoding.UTF8.GetString(entry.Path.Span["/data/".Length..]), entry.Node);
        }

        Assert.Equal(tree.Entries.Keys, nodes.Keys.Order(StringComparer.Ordinal));
        string path = tree.PathsOf(NodeType.File) is { Count: > 0 } files ? files[_random.Next(files.Count)] : "";
        if (path.Length > 0)
        {
            ModelEntry expected = tree.Entries[path];
            Assert.Equal((ulong)expected.Content.Length, nodes[path].Size);
            Assert.True(expected.ModifiedAt.IsSameInstant(nodes[path].ModifiedAt));
            await using Stream content = reader.OpenContent(nodes[path]);
            byte[] read = new byte[content.Length];
            await content.ReadExactlyAsync(read, Cancellation);
            Assert.True(read.AsSpan().SequenceEqual(expected.Content), $"{path} has other content");
        }
    }
}
