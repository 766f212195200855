using BackupServer.Repository.Backends;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Files;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Kills;

/// <summary>
/// A repository on the disk, used by processes that are killed at random moments of backup, forget with prune, copy, and restore. After each kill the same command is run to its end;
/// then our check and stock restic's find nothing, and nothing that was there is lost.
/// </summary>
internal sealed class KillRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Random _random;
    private readonly Backupctl _backupctl;
    private readonly Backupctl _second;
    private readonly Dictionary<string, TimeSpan> _durations = [];
    private readonly Dictionary<ObjectId, string> _copies = [];
    private int _kept;

    public KillRun(int seed)
    {
        _random = new Random(seed);
        File.WriteAllText(_folder["password"], TestRepository.Password);
        File.SetUnixFileMode(_folder["password"], UnixFileMode.UserRead);
        _folder.MakeDirectory("source");
        _folder.MakeDirectory("tmp");
        _backupctl = new Backupctl(_folder["repository"], _folder["password"]);
        _second = new Backupctl(_folder["second"], _folder["password"]);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Kills that hit a running process, by command.</summary>
    public Dictionary<string, int> Kills { get; } = [];

    /// <summary>Makes the repository, and measures how long each command takes.</summary>
    public async Task BeginAsync()
    {
        foreach (string name in (string[])["repository", "second"])
        {
            await using LocalBackend backend = new(_folder[name], TimeProvider.System);
            await (await TestRepository.InitAsync(backend)).DisposeAsync();
        }

        Change();
        _durations["backup"] = await _backupctl.MustAsync(Backup);
        await KeepAsync();
        Change();
        await _backupctl.MustAsync(Backup);
        await KeepAsync();
        _durations["restore"] = await _backupctl.MustAsync(Restore);
        _durations["copy"] = await _second.MustAsync(Copies);
        _durations["forget"] = await _backupctl.MustAsync(Forget);
        await AssertWholeAsync("repository");
    }

    public async Task KillAsync(int kill)
    {
        (string name, string[] arguments) = (kill % 6) switch
        {
            0 or 3 => ("backup", Backup),
            1 or 5 => ("forget", Forget),
            2 => ("copy", Copies),
            _ => ("restore", Restore),
        };
        Backupctl program = name == "copy" ? _second : _backupctl;
        if (name == "backup")
        {
            Change();
        }

        TimeSpan moment = _durations[name] * (0.3 + (0.75 * _random.NextDouble()));
        bool hit = await program.KillAsync(moment, arguments);
        Kills[name] = Kills.GetValueOrDefault(name) + (hit ? 1 : 0);

        // The machine may be quicker or slower than when the commands were measured: what was done before its kill takes less time than thought.
        _durations[name] *= hit ? 1.1 : 0.8;

        await AssertNothingLostAsync();
        await program.MustAsync(arguments);
        await KeepAsync();
        await AssertWholeAsync(name == "copy" ? "second" : "repository");
        if (name == "restore")
        {
            AssertEqual("source", "target");
        }
    }

    /// <summary>Reads every byte, and restores every snapshot.</summary>
    public async Task FinishAsync()
    {
        await Restic("repository").MustBeCleanAsync();
        await _second.MustAsync("prune");
        await Restic("second").MustBeCleanAsync();
        foreach ((ObjectId id, string copy) in _copies)
        {
            string target = $"all-{id.ToShortString()}";
            await _backupctl.MustAsync("restore", $"{id}:{_folder["source"]}", "--target", _folder[target]);
            AssertEqual(copy, target);
        }
    }

    public void Dispose() => _folder.Dispose();

    private string[] Backup => ["backup", _folder["source"], "--host", "test"];

    private string[] Restore => ["restore", $"latest:{_folder["source"]}", "--target", _folder["target"]];

    private static string[] Forget => ["forget", "--keep-last", "2", "--prune"];

    private string[] Copies => ["copy", "--from-repo", _folder["repository"], "--from-password-file", _folder["password"]];

    private StockRestic Restic(string repository) => new(_folder[repository], TestRepository.Password, _folder["tmp"]);

    private void Change()
    {
        for (int i = 0; i < 6; i++)
        {
            File.WriteAllBytes(Path.Combine(_folder["source"], $"large-{_random.Next(8)}"), AwkwardTree.RandomBytes(_random.Next(3 << 20), _random.Next()));
        }

        for (int i = 0; i < 60; i++)
        {
            string directory = Directory.CreateDirectory(Path.Combine(_folder["source"], $"directory-{_random.Next(5)}")).FullName;
            File.WriteAllBytes(Path.Combine(directory, $"small-{_random.Next(60)}"), AwkwardTree.RandomBytes(_random.Next(3000), _random.Next()));
        }
    }

    private async Task<IReadOnlyList<Snapshot>> SnapshotsAsync()
    {
        await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
        await using Repository repository = await Repository.OpenAsync(backend, TestRepository.Password, TestRepository.Options, TimeProvider.System, Cancellation);
        return await repository.ListSnapshotsAsync(Cancellation);
    }

    /// <summary>Copies the source for every snapshot that is new, and forgets the copies of those that the policy removed.</summary>
    private async Task KeepAsync()
    {
        IReadOnlyList<Snapshot> snapshots = await SnapshotsAsync();
        foreach (Snapshot snapshot in snapshots.Where(snapshot => !_copies.ContainsKey(snapshot.Id)))
        {
            string name = $"copy-{_kept++}";
            Copy(_folder["source"], _folder[name]);
            _copies.Add(snapshot.Id, name);
        }

        foreach (ObjectId id in _copies.Keys.Except(snapshots.Select(static snapshot => snapshot.Id)).ToList())
        {
            Directory.Delete(_folder[_copies[id]], recursive: true);
            _copies.Remove(id);
        }
    }

    private static void Copy(string source, string target)
    {
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Of the snapshots that were there, at least those that the policy keeps are still there.</summary>
    private async Task AssertNothingLostAsync()
    {
        HashSet<ObjectId> there = [.. (await SnapshotsAsync()).Select(static snapshot => snapshot.Id)];
        Assert.True(_copies.Keys.Count(there.Contains) >= Math.Min(2, _copies.Count), "a snapshot is lost");
    }

    private async Task AssertWholeAsync(string name)
    {
        await using LocalBackend backend = new(_folder[name], TimeProvider.System);
        await using Repository repository = await Repository.OpenAsync(backend, TestRepository.Password, TestRepository.Options, TimeProvider.System, Cancellation);
        CheckReport report = await new RepositoryChecker(repository, new CheckOptions()).CheckAsync(Cancellation);
        Assert.True(report.IsClean, string.Join('\n', report.Problems));
        string stock = await Restic(name).MustAsync("check");
        Assert.Contains("no errors were found", stock, StringComparison.Ordinal);
    }

    /// <summary>Everything but times and modes, which the copies do not have.</summary>
    private void AssertEqual(string expected, string actual)
    {
        TreeComparison comparison = new TreeComparer().Compare(_folder[expected], _folder[actual], Cancellation);
        Assert.DoesNotContain(comparison.Differences, difference => expected == "source" || difference.Aspect is not ("mtime" or "mode" or "holes"));
    }
}
