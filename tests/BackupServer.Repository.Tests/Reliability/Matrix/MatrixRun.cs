using BackupServer.Repository.Archiving;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Copying;
using BackupServer.Repository.Files;
using BackupServer.Repository.Forgetting;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tagging;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Matrix;

/// <summary>One repository that we and stock restic write, in whatever turns; after every operation both check it, and what one wrote the other restores.</summary>
internal sealed class MatrixRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string _password = TestRepository.Password;
    private int _changes;

    public MatrixRun()
    {
        _folder.MakeDirectory("source");
        _folder.MakeDirectory("tmp");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StockRestic Stock => new(_folder["repository"], _password, _folder["tmp"]);

    public async Task InitAsync()
    {
        foreach (string name in (string[])["repository", "second"])
        {
            await using LocalBackend backend = new(_folder[name], TimeProvider.System);
            await (await TestRepository.InitAsync(backend)).DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    public async Task BackUpAsync(bool ours)
    {
        Change();
        if (ours)
        {
            await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
            await using Repository repository = await OpenAsync(backend);
            await using RepositoryLock shared = await LockAsync(repository, LockMode.Shared);
            ArchiveResult result = await new Archiver(repository).ArchiveAsync(new ArchiveOptions { Paths = [_folder["source"]], HostName = "matrix" }, Cancellation);
            Assert.Empty(result.Problems);
        }
        else
        {
            await Stock.MustAsync("backup", "--quiet", "--host", "matrix", _folder["source"]);
        }

        await CheckAsync(read: ours);
    }

    /// <summary>The newest snapshot comes back as the source is, by the other program than the one that wrote it.</summary>
    public async Task RestoreAsync(bool ours)
    {
        string target = $"target-{_changes}-{ours}";
        if (ours)
        {
            await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
            await using Repository repository = await OpenAsync(backend);
            SnapshotReader reader = await SnapshotReader.OpenAsync(repository, "latest", Cancellation);
            RestoreOptions options = new() { Target = _folder[target], SubPath = _folder["source"] };
            Assert.DoesNotContain((await new Restorer(reader).RestoreAsync(options, Cancellation)).Problems, static problem => problem.Kind != RestoreProblemKind.Owner);
        }
        else
        {
            await Stock.MustAsync("restore", "latest", "--target", _folder[target]);
            target += _folder["source"];
        }

        TreeComparison comparison = new TreeComparer(new TreeComparerOptions { Holes = ours }).Compare(_folder["source"], ours ? _folder[target] : _folder.Root + "/" + target, Cancellation);
        Assert.True(comparison.AreEqual, string.Join('\n', comparison.Differences));
    }

    public async Task ForgetAndPruneAsync(bool ours, int keep)
    {
        if (ours)
        {
            await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
            await using Repository repository = await OpenAsync(backend);
            await using RepositoryLock exclusive = await LockAsync(repository, LockMode.Exclusive);
            ForgetPlan plan = ForgetPlan.Create(
                await repository.ListSnapshotsAsync(Cancellation), new RetentionPolicy { KeepLast = keep }, TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow());
            await plan.ExecuteAsync(repository, exclusive, Cancellation);
            await (await PrunePlan.CreateAsync(repository, exclusive, new PruneOptions { MaximumUnused = 0 }, Cancellation)).ExecuteAsync(exclusive, Cancellation);
        }
        else
        {
            await Stock.MustAsync("forget", "--keep-last", $"{keep}", "--prune", "--max-unused", "0");
        }

        await CheckAsync(read: true);
    }

    public async Task CopyAsync(bool ours)
    {
        await using LocalBackend second = new(_folder["second"], TimeProvider.System);
        await using Repository destination = await TestRepository.OpenAsync(second);
        int expected;
        await using (LocalBackend backend = new(_folder["repository"], TimeProvider.System))
        {
            await using Repository repository = await OpenAsync(backend);
            IReadOnlyList<Snapshot> snapshots = await repository.ListSnapshotsAsync(Cancellation);
            expected = snapshots.Select(static snapshot => snapshot.Original ?? snapshot.Id).Distinct().Count();
            if (ours)
            {
                CopyPlan plan = await CopyPlan.CreateAsync(repository, destination, snapshots, Cancellation);
                await plan.ExecuteAsync(null, Cancellation);
            }
        }

        if (!ours)
        {
            await File.WriteAllTextAsync(_folder["from-password"], _password, Cancellation);
            await new StockRestic(_folder["second"], TestRepository.Password, _folder["tmp"])
                .MustAsync("copy", "--from-repo", _folder["repository"], "--from-password-file", _folder["from-password"]);
        }

        Assert.True((await destination.ListSnapshotIdsAsync(Cancellation)).Count >= expected, "not every snapshot was copied");
        await new StockRestic(_folder["second"], TestRepository.Password, _folder["tmp"]).MustBeCleanAsync();
        CheckReport report = await new RepositoryChecker(destination, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
        Assert.True(report.IsClean, string.Join('\n', report.Problems));
    }

    public async Task ChangeKeyAsync(bool ours)
    {
        string password = $"changed {_changes++}";
        if (ours)
        {
            await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
            await using Repository repository = await OpenAsync(backend);
            await using RepositoryLock exclusive = await LockAsync(repository, LockMode.Exclusive);
            await repository.ChangePasswordAsync(password, Cancellation);
        }
        else
        {
            await File.WriteAllTextAsync(_folder["new-password"], password, Cancellation);
            await Stock.MustAsync("key", "passwd", "--new-password-file", _folder["new-password"]);
        }

        (int exitCode, string output) = await Stock.RunAsync("snapshots");
        Assert.True(exitCode != 0, $"the old password still opens: {output}");
        _password = password;
        await CheckAsync(read: false);
    }

    public async Task TagAsync(bool ours, string tag)
    {
        if (ours)
        {
            await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
            await using Repository repository = await OpenAsync(backend);
            await using RepositoryLock exclusive = await LockAsync(repository, LockMode.Exclusive);
            TagPlan plan = TagPlan.Create(await repository.ListSnapshotsAsync(Cancellation), new TagChange { Add = [tag] });
            await plan.ExecuteAsync(repository, exclusive, Cancellation);
        }
        else
        {
            await Stock.MustAsync("tag", "--add", tag);
        }

        string listed = await Stock.MustAsync("snapshots", "--json", "--tag", tag);
        Assert.Contains(tag, listed, StringComparison.Ordinal);
        await CheckAsync(read: false);
    }

    private Task<RepositoryLock> LockAsync(Repository repository, LockMode mode) => RepositoryLock.AcquireAsync(repository, mode, new LockOptions(), Cancellation);

    private async Task<Repository> OpenAsync(LocalBackend backend)
    {
        Repository repository = await Repository.OpenAsync(backend, _password, TestRepository.Options, TimeProvider.System, Cancellation);
        await repository.LoadIndexAsync(Cancellation);
        return repository;
    }

    private async Task CheckAsync(bool read)
    {
        await using LocalBackend backend = new(_folder["repository"], TimeProvider.System);
        await using Repository repository = await OpenAsync(backend);
        CheckReport report = await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
        Assert.True(report.IsClean, string.Join('\n', report.Problems));
        string output = read ? await Stock.MustAsync("check", "--read-data") : await Stock.MustAsync("check");
        Assert.Contains("no errors were found", output, StringComparison.Ordinal);
    }

    private void Change()
    {
        _changes++;
        string sub = Directory.CreateDirectory(Path.Combine(_folder["source"], $"directory-{_changes % 3}")).FullName;
        File.WriteAllBytes(Path.Combine(_folder["source"], "large"), [.. AwkwardTree.RandomBytes(2 << 20, 1), .. AwkwardTree.RandomBytes(200_000, _changes)]);
        File.WriteAllBytes(Path.Combine(sub, $"small-{_changes}"), AwkwardTree.RandomBytes(3000, _changes));
        File.WriteAllText(Path.Combine(sub, "text"), string.Concat(Enumerable.Repeat($"line {_changes}\n", 5000)));
        File.Delete(Path.Combine(sub, "link"));
        File.CreateSymbolicLink(Path.Combine(sub, "link"), $"../target-{_changes}");
    }
}
