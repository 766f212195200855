using BackupServer.Repository.Archiving;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Restoring;

namespace BackupServer.Repository.Tests.Archiving;

public sealed class ChangeDetectionTests
{
    private static readonly RawName Name = new("file");

    [Fact]
    public async Task A_change_of_metadata_alone_reads_the_file_again_unless_told_otherwise()
    {
        await using BackupFixture fixture = await CreateAsync();
        using (DirectoryHandle source = DirectoryHandle.Open(fixture.Source))
        {
            source.SetPermissions(Name, 0x180);
        }

        ArchiveResult lenient = await fixture.BackUpAsync(options => options with { IgnoreChangeTime = true });
        Assert.Equal((0L, 1L), (lenient.Summary.FilesChanged, lenient.Summary.FilesUnmodified));

        ArchiveResult strict = await fixture.BackUpAsync(options => options with { Parent = lenient.Snapshot.Parent });
        Assert.Equal((1L, 0L), (strict.Summary.FilesChanged, strict.Summary.FilesUnmodified));
        Assert.Equal(lenient.Snapshot.Tree, strict.Snapshot.Tree);
    }

    [Fact]
    public async Task Another_file_with_the_same_name_size_and_time_is_read()
    {
        await using BackupFixture fixture = await CreateAsync();
        string file = Path.Combine(fixture.Source, "file");
        using (DirectoryHandle source = DirectoryHandle.Open(fixture.Source))
        {
            NodeTime time = source.Stat(Name).ModifiedAt;
            await File.WriteAllTextAsync(file + ".new", "after!", BackupFixture.Cancellation);
            File.Move(file + ".new", file, overwrite: true);
            source.SetTimes(Name, time, time);
        }

        ArchiveResult result = await fixture.BackUpAsync(options => options with { IgnoreChangeTime = true });

        Assert.Equal(1, result.Summary.FilesChanged);
        await fixture.RestoreAsync(result.Snapshot, "target");
        Assert.Equal("after!", await File.ReadAllTextAsync(fixture.Folder["target/file"], BackupFixture.Cancellation));
    }

    [Fact]
    public async Task A_file_that_was_young_at_the_last_backup_is_read_again()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        string early = Path.Combine(fixture.Source, "a-early");
        await File.WriteAllTextAsync(early, "x", BackupFixture.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "b-late"), "x", BackupFixture.Cancellation);

        // The second file changes after the backup has begun and before it is read.
        await fixture.BackUpAsync(options => options with { Concurrency = 1, Progress = new OnFirst(() => Touch(fixture.Source, "b-late")) });
        ArchiveResult second = await fixture.BackUpAsync();
        ArchiveResult third = await fixture.BackUpAsync();

        Assert.Equal(0, second.Summary.DataAdded);
        Assert.Equal((1L, 1L), (second.Summary.FilesChanged, second.Summary.FilesUnmodified));
        Assert.Equal(2, third.Summary.FilesUnmodified);
    }

    [Fact]
    public async Task A_file_whose_content_the_repository_lost_is_read_again()
    {
        await using BackupFixture fixture = await CreateAsync();
        foreach (string file in Directory.GetFiles(fixture.Folder["repository/index"]))
        {
            File.Delete(file);
        }

        await fixture.ReopenAsync();
        ArchiveResult result = await fixture.BackUpAsync();

        Assert.Equal(0, result.Summary.FilesUnmodified);
        RestoreResult restore = await fixture.RestoreAsync(result.Snapshot, "target");
        Assert.Empty(restore.Problems);
        Assert.True(fixture.Compare("source", "target").AreEqual);
    }

    [Fact]
    public async Task The_parent_is_the_newest_snapshot_of_the_same_host_and_paths()
    {
        await using BackupFixture fixture = await CreateAsync();
        ArchiveResult other = await fixture.BackUpAsync(options => options with { HostName = "other" });
        ArchiveResult path = await fixture.BackUpAsync(options => options with { SnapshotPaths = ["/elsewhere"] });
        ArchiveResult second = await fixture.BackUpAsync();
        ArchiveResult third = await fixture.BackUpAsync();

        Assert.Null(other.Snapshot.Parent);
        Assert.Null(path.Snapshot.Parent);
        Assert.NotNull(second.Snapshot.Parent);
        Assert.Equal(second.SnapshotId, third.Snapshot.Parent);
    }

    [Fact]
    public async Task A_dense_restore_makes_no_holes()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        using (DirectoryHandle source = DirectoryHandle.Open(fixture.Source))
        using (FileHandle file = source.CreateFile(Name))
        {
            file.SetLength(4 << 20);
        }

        ArchiveResult result = await fixture.BackUpAsync();
        await fixture.RestoreAsync(result.Snapshot, "dense", options => options with { Sparse = false });
        await fixture.RestoreAsync(result.Snapshot, "sparse");

        using DirectoryHandle dense = DirectoryHandle.Open(fixture.Folder["dense"]);
        using DirectoryHandle sparse = DirectoryHandle.Open(fixture.Folder["sparse"]);
        Assert.True(dense.Stat(Name).Allocated >= 4 << 20);
        Assert.Equal(0UL, sparse.Stat(Name).Allocated);
        Assert.Equal(4UL << 20, sparse.Stat(Name).Size);
    }

    private static async Task<BackupFixture> CreateAsync()
    {
        BackupFixture fixture = await BackupFixture.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "file"), "before", BackupFixture.Cancellation);
        await fixture.BackUpAsync();
        return fixture;
    }

    // Files take their times from a clock that lags behind by up to a tick.
    private static void Touch(string folder, string name)
    {
        NodeTime now = NodeTime.From(TimeProvider.System.GetUtcNow());
        using DirectoryHandle directory = DirectoryHandle.Open(folder);
        do
        {
            File.WriteAllText(Path.Combine(folder, name), "y");
        }
        while (directory.Stat(new RawName(name)).ChangedAt < now);
    }

    private sealed class OnFirst(Action action) : IProgress<ArchiveProgress>
    {
        private int _called;

        public void Report(ArchiveProgress value)
        {
            if (Interlocked.Exchange(ref _called, 1) == 0)
            {
                action();
            }
        }
    }
}
