using System.Diagnostics;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Plugins.FileCopy;
using BackupServer.Plugins.FileSystem;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Repairing;

namespace BackupServer.Plugins.Tests.FileCopy;

public sealed class FileCopyMoverTests : IAsyncLifetime
{
    private const string RepositoryPath = "repositories/volumes/shop";
    private readonly TemporaryDirectory _directory = new();
    private readonly FileCopyMover _mover = new(TimeProvider.System);
    private IObjectStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Source => _directory.Sub("volume");

    private string Target => _directory.Sub("restored");

    public async ValueTask InitializeAsync()
    {
        _directory.Make("restored");
        _store = await new FileSystemProvider(TimeProvider.System).OpenAsync(new ObjectStoreConfiguration { Bucket = _directory.Make("bucket") }, Token);
        WriteVolume();
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_volume_comes_back_with_its_root_its_links_and_its_times()
    {
        var backup = await BackupAsync("job=1");
        var restore = await RestoreAsync(backup.SnapshotId);

        Assert.Empty(backup.Problems);
        Assert.Empty(restore.Problems);
        Assert.Equal(Listing(Source), Listing(Target));
        Assert.Equal(File.GetUnixFileMode(Source), File.GetUnixFileMode(Target));
        Assert.Equal(Directory.GetLastWriteTimeUtc(Source), Directory.GetLastWriteTimeUtc(Target));
        Assert.Equal(backup.Bytes, restore.Bytes);
    }

    [Fact]
    public async Task A_second_copy_of_an_unchanged_volume_stores_next_to_nothing()
    {
        var first = await BackupAsync("job=1");

        var second = await BackupAsync("job=2");

        Assert.NotEqual(first.SnapshotId, second.SnapshotId);
        Assert.Equal((first.Files, first.Bytes), (second.Files, second.Bytes));
        Assert.True(first.BytesAdded > 1_000_000, $"{first.BytesAdded}");
        Assert.True(second.BytesAdded < 1000, $"{second.BytesAdded}");
    }

    [Fact]
    public async Task A_job_whose_report_was_lost_finds_its_snapshot_again()
    {
        var first = await BackupAsync("job=1");
        File.WriteAllText(Path.Combine(Source, "later"), "written after the snapshot");

        var again = await BackupAsync("job=1");

        Assert.Equal(first.SnapshotId, again.SnapshotId);
        Assert.Equal((first.Files, first.Bytes, first.BytesAdded), (again.Files, again.Bytes, again.BytesAdded));
        Assert.Single(await SnapshotsAsync());
    }

    [Fact]
    public async Task A_job_whose_report_was_lost_does_not_hide_that_there_were_problems()
    {
        await BackupAsync("job=1", tags: ["backup=b", "problems=3"]);

        var again = await BackupAsync("job=1");

        Assert.StartsWith("3 files could not be read whole", Assert.Single(again.Problems));
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_a_problem_and_the_rest_is_kept()
    {
        var growing = Path.Combine(Source, "growing.log");
        File.WriteAllBytes(growing, new byte[200 << 20]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var started = new TaskCompletionSource();
        var writing = Task.Run(WriteAsync, Token);
        await started.Task;

        var backup = await BackupAsync("job=1");
        await stop.CancelAsync();
        await writing;

        Assert.StartsWith("/data/growing.log: ", Assert.Single(backup.Problems));
        var again = await BackupAsync("job=1");
        Assert.StartsWith("1 files could not be read whole", Assert.Single(again.Problems));

        async Task WriteAsync()
        {
            await using var file = new FileStream(growing, FileMode.Append);
            while (!stop.IsCancellationRequested)
            {
                file.Write("line\n"u8);
                file.Flush();
                started.TrySetResult();
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task A_wrong_password_is_named_with_the_repository_and_what_to_do()
    {
        await BackupAsync("job=1");

        var error = await Assert.ThrowsAsync<DataMoverException>(() => BackupAsync("job=2", password: "wrong"));

        Assert.Contains(RepositoryPath, error.Message);
        Assert.Contains("password", error.Message);
        Assert.Contains("BackupStorageLocation backups", error.Message);
        Assert.Contains("Secret system/repository, key \"password\"", error.Message);
        Assert.Contains("passwordSecret", error.Message);
        Assert.Single(await SnapshotsAsync());
    }

    [Fact]
    public async Task A_repository_that_was_there_and_is_gone_is_not_made_anew()
    {
        var backup = await BackupAsync("job=1");
        Directory.Delete(_directory.Sub("bucket/repositories"), recursive: true);

        var copying = await Assert.ThrowsAsync<DataMoverException>(() => BackupAsync("job=2", mayCreate: false));
        var restoring = await Assert.ThrowsAsync<DataMoverException>(() => RestoreAsync(backup.SnapshotId));

        Assert.Contains("not made anew", copying.Message);
        Assert.Contains(RepositoryPath + " of BackupStorageLocation backups", restoring.Message);
        Assert.DoesNotContain("'init'", restoring.Message + copying.Message);
        Assert.False(Directory.Exists(_directory.Sub("bucket/repositories")));
    }

    [Fact]
    public async Task A_location_that_vanished_is_not_taken_for_one_without_a_repository()
    {
        Directory.Delete(_directory.Sub("bucket"), recursive: true);

        var error = await Assert.ThrowsAsync<DataMoverException>(() => BackupAsync("job=1", mayCreate: true));

        Assert.Contains("was removed", error.Message);
        Assert.False(Directory.Exists(_directory.Sub("bucket")));
    }

    [Fact]
    public async Task A_volume_that_lacks_contents_is_not_restored_though_the_rest_is_written()
    {
        var backup = await BackupAsync("job=1");
        var pack = LargestPack();
        var bytes = File.ReadAllBytes(pack);
        bytes[1000] ^= 1;
        File.WriteAllBytes(pack, bytes);

        var error = await Assert.ThrowsAsync<DataMoverException>(() => RestoreAsync(backup.SnapshotId));

        Assert.Contains("could not be restored whole, all others are written. First: ", error.Message);
        Assert.Contains("damaged", error.Message);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(Target, "sub/hello.txt")));
    }

    [Theory]
    [InlineData(VerificationMode.None)]
    [InlineData(VerificationMode.Sample)]
    [InlineData(VerificationMode.Full)]
    public async Task A_sound_copy_says_what_was_read_back_of_it(VerificationMode mode)
    {
        var first = (await BackupAsync("job=1", verification: mode)).Verification!;
        File.WriteAllText(Path.Combine(Source, "later"), "new content");
        var second = (await BackupAsync("job=2", verification: mode)).Verification!;

        Assert.Equal((mode, 0, mode != VerificationMode.None), (first.Mode, first.ReusedBlobs, first.NewPacksRead > 0));
        Assert.True(second.NewPacks > 0 && second.ReusedBlobs > 200 && second.ReusedPacks > 0, $"{second}");
        Assert.Equal(mode == VerificationMode.None ? 0 : second.ReusedPacks, second.ReusedPacksRead);
        Assert.True(
            mode switch
            {
                VerificationMode.None => second is { NewPacksRead: 0, ReusedBlobsRead: 0, BytesRead: 0 },
                VerificationMode.Sample => second.ReusedBlobsRead >= second.ReusedPacks && second.ReusedBlobsRead < second.ReusedBlobs,
                _ => second.ReusedBlobsRead == second.ReusedBlobs && second.NewPacksRead == second.NewPacks,
            },
            $"{second}");
    }

    [Theory]
    [InlineData(VerificationMode.Sample)]
    [InlineData(VerificationMode.Full)]
    public async Task A_copy_that_leans_on_a_damaged_pack_is_not_kept_and_the_mend_that_is_named_mends_it(VerificationMode mode)
    {
        await BackupAsync("job=1");
        var pack = DamageDataPack();

        var error = await Assert.ThrowsAsync<DataMoverException>(() => BackupAsync("job=2", verification: mode));

        Assert.Contains("/shop/data-db-0", error.Message);
        Assert.Contains(RepositoryPath + " of BackupStorageLocation backups", error.Message);
        Assert.Contains($"repair packs {pack}", error.Message);
        Assert.Single(await SnapshotsAsync());
        Assert.Empty(await KeysAsync("locks/"));
        await RepairPackAsync(pack);
        var mended = await BackupAsync("job=3", verification: VerificationMode.Full);
        Assert.Empty((await RestoreAsync(mended.SnapshotId)).Problems);
        Assert.Equal(Listing(Source), Listing(Target));
    }

    [Fact]
    public async Task One_damaged_piece_is_found_when_all_is_read()
    {
        await BackupAsync("job=1");
        var pack = LargestPack();
        var bytes = File.ReadAllBytes(pack);
        bytes[1000] ^= 1;
        File.WriteAllBytes(pack, bytes);

        var error = await Assert.ThrowsAsync<DataMoverException>(() => BackupAsync("job=2", verification: VerificationMode.Full));

        Assert.Contains(Path.GetFileName(pack), error.Message);
        Assert.Single(await SnapshotsAsync());
    }

    [Fact]
    public async Task Without_verification_a_damaged_pack_is_not_looked_at_but_a_missing_one_is_noticed()
    {
        await BackupAsync("job=1");
        var pack = DamageDataPack();

        await BackupAsync("job=2", verification: VerificationMode.None);
        File.Delete(LargestPack());
        var error = await Assert.ThrowsAsync<DataMoverException>(() => BackupAsync("job=3", verification: VerificationMode.None));

        Assert.Contains($"pack {pack} does not exist", error.Message);
        Assert.Contains("repair index", error.Message);
        Assert.Equal(2, (await SnapshotsAsync()).Count);
    }

    [Fact]
    public async Task A_copy_found_again_is_verified_again()
    {
        await BackupAsync("job=1");
        DamageDataPack();

        await Assert.ThrowsAsync<DataMoverException>(() => BackupAsync("job=1", verification: VerificationMode.Full));
    }

    [Fact]
    public async Task A_damaged_index_is_named_with_what_to_do()
    {
        await BackupAsync("job=1");
        var index = Directory.GetFiles(_directory.Sub("bucket/" + RepositoryPath + "/index"))[0];
        File.WriteAllBytes(index, new byte[100]);

        var error = await Assert.ThrowsAsync<DataMoverException>(() => BackupAsync("job=2"));

        Assert.Contains(RepositoryPath, error.Message);
        Assert.Contains("check", error.Message);
    }

    [Fact]
    public async Task A_cancelled_copy_leaves_no_snapshot_and_no_lock()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var progress = new Forwarder<VolumeProgress>(_ => cancel.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _mover.BackupAsync(Job("job=1"), progress, cancel.Token));

        Assert.Empty(await SnapshotsAsync());
        Assert.Empty(await KeysAsync("locks/"));
        Assert.Single(await SnapshotsAfterAsync("job=1"));
    }

    [Fact]
    public async Task A_restore_that_was_stopped_goes_on_when_started_again()
    {
        var backup = await BackupAsync("job=1");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var progress = new Forwarder<VolumeProgress>(_ => cancel.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _mover.RestoreAsync(RestoreJob(backup.SnapshotId), progress, cancel.Token));

        await RestoreAsync(backup.SnapshotId);

        Assert.Equal(Listing(Source), Listing(Target));
        Assert.Empty(await KeysAsync("locks/"));
    }

    [Fact]
    public async Task A_restore_in_place_puts_changed_files_right()
    {
        var backup = await BackupAsync("job=1");
        var before = Listing(Source);
        File.WriteAllText(Path.Combine(Source, "sub/hello.txt"), "HELLO");
        File.Delete(Path.Combine(Source, "random"));

        await _mover.RestoreAsync(RestoreJob(backup.SnapshotId) with { TargetPath = Source }, new Forwarder<VolumeProgress>(static _ => { }), Token);

        Assert.Equal(before, Listing(Source));
    }

    [Fact]
    public async Task A_volume_that_is_not_mounted_is_named_and_its_mount_point_is_not_made()
    {
        var backup = await BackupAsync("job=1");
        Directory.Delete(Target);

        var restoring = await Assert.ThrowsAsync<DataMoverException>(() => RestoreAsync(backup.SnapshotId));
        var copying = await Assert.ThrowsAsync<DataMoverException>(() => _mover.BackupAsync(
            Job("job=2") with { SourcePath = _directory.Sub("missing") }, new Forwarder<VolumeProgress>(static _ => { }), Token));

        Assert.Contains(Target, restoring.Message);
        Assert.Contains(_directory.Sub("missing"), copying.Message);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task An_unknown_snapshot_is_named()
    {
        await BackupAsync("job=1");
        var unknown = new string('a', 64);

        var error = await Assert.ThrowsAsync<DataMoverException>(() => RestoreAsync(unknown));

        Assert.Contains(unknown, error.Message);
        Assert.Contains(RepositoryPath, error.Message);
    }

    [Fact]
    public async Task Two_nodes_that_make_the_repository_at_the_same_moment_both_succeed()
    {
        var results = await Task.WhenAll(BackupAsync("job=1"), BackupAsync("job=2"), BackupAsync("job=3"));

        Assert.Equal(3, results.Select(static result => result.SnapshotId).Distinct().Count());
        Assert.Equal(3, (await SnapshotsAsync()).Count);
        foreach (var result in results)
        {
            Assert.Empty((await RestoreAsync(result.SnapshotId)).Problems);
        }
    }

    [Fact]
    public async Task Stock_restic_finds_nothing_wrong_and_knows_identity_and_tags()
    {
        await BackupAsync("job=1", tags: ["backup=b"]);
        await BackupAsync("job=2", tags: ["backup=c"]);

        var check = await ResticAsync("check", "--read-data");
        var snapshots = await ResticAsync("snapshots", "--json");

        Assert.Contains("no errors were found", check);
        Assert.Contains("\"paths\":[\"/shop/data-db-0\"]", snapshots);
        Assert.Contains("backup=c", snapshots);
        Assert.Contains("\"parent\"", snapshots);
    }

    private async Task<VolumeBackupResult> BackupAsync(string jobTag, string password = "secret", bool mayCreate = true, IReadOnlyList<string>? tags = null, VerificationMode verification = VerificationMode.Sample)
    {
        var job = Job(jobTag) with { Tags = tags ?? ["backup=b"], Verification = verification };
        return await _mover.BackupAsync(
            job with { Repository = job.Repository with { Password = password, MayCreate = mayCreate } }, new Forwarder<VolumeProgress>(static _ => { }), Token);
    }

    private Task<VolumeRestoreResult> RestoreAsync(string snapshot) =>
        _mover.RestoreAsync(RestoreJob(snapshot), new Forwarder<VolumeProgress>(static _ => { }), Token);

    private string LargestPack() => Directory.EnumerateFiles(_directory.Sub("bucket/" + RepositoryPath + "/data"), "*", SearchOption.AllDirectories)
        .MaxBy(static file => new FileInfo(file).Length)!;

    // Every blob is hit: what a sample takes is chance.
    private string DamageDataPack()
    {
        var pack = LargestPack();
        var bytes = File.ReadAllBytes(pack);
        for (var i = 0; i < bytes.Length; i += 16)
        {
            bytes[i] ^= 0x40;
        }

        File.WriteAllBytes(pack, bytes);
        return Path.GetFileName(pack);
    }

    private async Task RepairPackAsync(string pack)
    {
        await using var backend = new LocalBackend(_directory.Sub("bucket/" + RepositoryPath), TimeProvider.System);
        await using var repository = await Repository.Repository.OpenAsync(backend, "secret", new RepositoryOptions(), TimeProvider.System, Token);
        await using var held = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), Token);
        await repository.LoadIndexAsync(Token);
        var plan = await PackRepairPlan.CreateAsync(repository, held, [ObjectId.Parse(pack)], Token);
        await plan.ExecuteAsync(held, Token);
    }

    private VolumeBackupJob Job(string jobTag) => new()
    {
        SourcePath = Source,
        Repository = new RepositoryAccess { Store = _store, Path = RepositoryPath, Password = "secret", MayCreate = true, StorageLocation = "backups", PasswordSource = "Secret system/repository, key \"password\"" },
        Identity = "/shop/data-db-0",
        Hostname = "cluster",
        Tags = ["backup=b"],
        JobTag = jobTag,
    };

    private VolumeRestoreJob RestoreJob(string snapshot) => new()
    {
        TargetPath = Target,
        Repository = new RepositoryAccess { Store = _store, Path = RepositoryPath, Password = "secret", StorageLocation = "backups" },
        SnapshotId = snapshot,
    };

    private async Task<IReadOnlyList<string>> SnapshotsAfterAsync(string jobTag)
    {
        await BackupAsync(jobTag);
        return await SnapshotsAsync();
    }

    private Task<IReadOnlyList<string>> SnapshotsAsync() => KeysAsync("snapshots/");

    private async Task<IReadOnlyList<string>> KeysAsync(string directory) =>
        [.. (await _store.ListAsync($"{RepositoryPath}/{directory}", Token).ToListAsync(Token)).Select(static info => info.Key)];

    private async Task<string> ResticAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("restic", ["-r", _directory.Sub("bucket/" + RepositoryPath), "--no-cache", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["RESTIC_PASSWORD"] = "secret" },
        };
        using var restic = Process.Start(start)!;
        var errors = restic.StandardError.ReadToEndAsync(Token);
        var output = await restic.StandardOutput.ReadToEndAsync(Token);
        await restic.WaitForExitAsync(Token);
        Assert.True(restic.ExitCode == 0, await errors);
        return output;
    }

    private void WriteVolume()
    {
        Directory.CreateDirectory(Path.Combine(Source, "sub/empty"));
        var random = new byte[3_000_000];
        new Random(1).NextBytes(random);
        File.WriteAllBytes(Path.Combine(Source, "random"), random);
        File.WriteAllText(Path.Combine(Source, "sub/hello.txt"), "hello");
        File.WriteAllText(Path.Combine(Source, "sub/nothing"), "");
        File.CreateSymbolicLink(Path.Combine(Source, "dangling"), "no/such/file");
        for (var i = 0; i < 200; i++)
        {
            File.WriteAllText(Path.Combine(Source, $"sub/file-{i:d3}"), $"content of file {i}");
        }

        File.SetUnixFileMode(Path.Combine(Source, "sub/hello.txt"), UnixFileMode.UserRead | UnixFileMode.SetUser);
        File.SetUnixFileMode(Source, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.StickyBit);
        File.SetLastWriteTimeUtc(Path.Combine(Source, "random"), new DateTime(1960, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc));
        Directory.SetLastWriteTimeUtc(Source, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
    }

    private static List<string> Listing(string root) =>
    [
        .. new DirectoryInfo(root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => string.Join(' ',
                Path.GetRelativePath(root, entry.FullName),
                entry.LinkTarget ?? (entry is FileInfo file ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file.FullName))) : "directory"),
                entry.LinkTarget is null ? entry.UnixFileMode.ToString() : "",
                entry.LinkTarget is null && entry is FileInfo ? entry.LastWriteTimeUtc.Ticks : 0))
            .Order(StringComparer.Ordinal),
    ];
}
