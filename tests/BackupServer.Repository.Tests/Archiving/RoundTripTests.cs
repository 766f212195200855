using BackupServer.Repository.Archiving;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Tests.Files;

namespace BackupServer.Repository.Tests.Archiving;

public sealed class RoundTripTests
{
    [Fact]
    public async Task An_awkward_tree_comes_back_as_it_was()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 2000);

        ArchiveResult backup = await fixture.BackUpAsync();
        await fixture.ReopenAsync();
        RestoreResult restore = await fixture.RestoreAsync(backup.Snapshot, "target", options => options with { Verify = true });

        Assert.Empty(backup.Problems);
        Assert.Empty(restore.Problems);
        TreeComparison comparison = fixture.Compare("source", "target");
        Assert.Empty(comparison.Differences);
        Assert.True(comparison.Files > 2040);
        Assert.Equal(comparison.Files, restore.Files);
        Assert.Equal(comparison.Files, backup.Summary.FilesNew);
        Assert.True(restore.WrittenBytes < 20 << 20, $"{restore.WrittenBytes} bytes were written for a tree that is mostly holes");
    }

    [Fact]
    public async Task Stock_restic_finds_no_fault_and_restores_the_same()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 200);

        ArchiveResult backup = await fixture.BackUpAsync();

        await fixture.Restic().MustBeCleanAsync();
        await fixture.Restic().MustAsync("restore", backup.SnapshotId.ToString(), "--target", fixture.Folder["target"]);

        // restic 0.14 has neither --sparse nor the raw link target, which 0.15 and 0.16 brought.
        TreeComparison comparison = new TreeComparer(new TreeComparerOptions { Holes = false }).Compare(
            fixture.Source, fixture.Folder["target/data"], BackupFixture.Cancellation);
        Assert.Equal(["kinds/link-dangling target"], comparison.Differences.Select(difference => $"{difference.Path} {difference.Aspect}"));
    }

    [Fact]
    public async Task What_stock_restic_wrote_is_restored()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 200);
        await fixture.Restic().MustAsync("backup", fixture.Source);
        await fixture.ReopenAsync();
        SnapshotReader snapshot = await SnapshotReader.OpenAsync(fixture.Repository, "latest", BackupFixture.Cancellation);

        RestoreResult restore = await new Restorer(snapshot).RestoreAsync(
            new RestoreOptions { Target = fixture.Folder["target"], SubPath = fixture.Source, Verify = true }, BackupFixture.Cancellation);

        Assert.Empty(restore.Problems);
        Assert.Equal(["target"], fixture.Compare("source", "target").Differences.Select(difference => difference.Aspect));
    }

    [Fact]
    public async Task A_snapshot_of_ours_serves_stock_restic_as_parent_and_the_other_way_round()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 50);
        await fixture.BackUpAsync(options => options with { Root = null, Paths = [fixture.Source] });

        string output = await fixture.Restic().MustAsync("backup", "--host", "test", fixture.Source);
        await fixture.ReopenAsync();
        ArchiveResult third = await fixture.BackUpAsync(options => options with { Root = null, Paths = [fixture.Source] });

        Assert.Contains("using parent snapshot", output);
        Assert.Matches(@"Files:\s+0 new,\s+0 changed", output);
        Assert.Equal((0, 0), (third.Summary.FilesNew, third.Summary.FilesChanged));
        await fixture.Restic().MustBeCleanAsync();
    }

    [Fact]
    public async Task An_unchanged_second_backup_adds_nothing_and_has_the_same_tree()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 100);
        ArchiveResult first = await fixture.BackUpAsync();
        await fixture.ReopenAsync();

        ArchiveResult second = await fixture.BackUpAsync();
        ArchiveResult third = await fixture.BackUpAsync(options => options with { ReadAll = true });

        Assert.Equal(first.SnapshotId, second.Snapshot.Parent);
        Assert.Equal(first.Snapshot.Tree, second.Snapshot.Tree);
        Assert.Equal((0L, 0L, 0L), (second.Summary.DataAdded, second.Summary.FilesNew, second.Summary.FilesChanged));
        Assert.Equal(first.Summary.FilesNew, second.Summary.FilesUnmodified);
        Assert.Equal(first.Summary.DirectoriesNew, second.Summary.DirectoriesUnmodified);
        Assert.Equal(first.Snapshot.Tree, third.Snapshot.Tree);
        Assert.Equal(0, third.Summary.DataAdded);
        Assert.Equal(0, third.Summary.FilesUnmodified);
    }

    [Fact]
    public async Task A_changed_file_adds_only_its_changed_part()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        byte[] content = AwkwardTree.RandomBytes(20 << 20, 1);
        string file = Path.Combine(fixture.Source, "database");
        await File.WriteAllBytesAsync(file, content, BackupFixture.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "other"), "x", BackupFixture.Cancellation);
        await fixture.BackUpAsync();

        content[10 << 20] ^= 1;
        await File.WriteAllBytesAsync(file, content, BackupFixture.Cancellation);
        ArchiveResult second = await fixture.BackUpAsync();

        Assert.Equal((0L, 1L, 1L), (second.Summary.FilesNew, second.Summary.FilesChanged, second.Summary.FilesUnmodified));
        Assert.InRange(second.Summary.DataAdded, 1, 9 << 20);
        RestoreResult restore = await fixture.RestoreAsync(second.Snapshot, "target");
        Assert.Empty(restore.Problems);
        Assert.True(fixture.Compare("source", "target").AreEqual);
    }

    [Fact]
    public async Task Paths_appear_with_the_directories_above_them_and_excludes_do_not_appear()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        foreach (string name in new[] { "a/b/keep", "a/b/drop.tmp", "a/c/keep", "d/keep", "cache/x" })
        {
            string path = Path.Combine(fixture.Source, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, name, BackupFixture.Cancellation);
        }

        ArchiveResult backup = await fixture.BackUpAsync(options => options with
        {
            Root = null,
            Paths = [Path.Combine(fixture.Source, "a"), Path.Combine(fixture.Source, "a/b"), Path.Combine(fixture.Source, "d/keep"), Path.Combine(fixture.Source, "cache")],
            Excludes = ["*.tmp", "cache/*"],
        });

        SnapshotReader reader = new(fixture.Repository, backup.Snapshot);
        List<string> names = [];
        await foreach (SnapshotEntry entry in reader.WalkAsync(fixture.Source, BackupFixture.Cancellation))
        {
            names.Add(entry.Path.ToString()[(fixture.Source.Length + 1)..]);
        }

        Assert.Equal(["a", "a/b", "a/b/keep", "a/c", "a/c/keep", "cache", "d", "d/keep"], names);
        SnapshotEntry? above = await reader.FindAsync(fixture.Source, BackupFixture.Cancellation);
        Assert.Equal(NodeType.Directory, above!.Node.Type);
        Assert.NotEqual(0UL, above.Node.Inode);
        await fixture.Restic().MustBeCleanAsync();
    }

    [Fact]
    public async Task A_very_deep_tree_is_backed_up_and_restored()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        DirectoryHandle current = DirectoryHandle.Open(fixture.Source);
        RawName name = new(new string('d', 100));
        for (int depth = 0; depth < 1000; depth++)
        {
            current.CreateDirectory(name);
            DirectoryHandle below = current.OpenDirectory(name);
            current.Dispose();
            current = below;
        }

        AwkwardTree.Write(current, "bottom"u8, "deep"u8);
        current.Dispose();

        ArchiveResult backup = await fixture.BackUpAsync();
        RestoreResult restore = await fixture.RestoreAsync(backup.Snapshot, "target");

        Assert.Empty(backup.Problems);
        Assert.Empty(restore.Problems);
        Assert.Equal((1000L, 1L), (restore.Directories, restore.Files));

        RestoreResult onlyBottom = await fixture.RestoreAsync(backup.Snapshot, "bottom", options => options with { Includes = ["bottom"] });

        Assert.Empty(onlyBottom.Problems);
        Assert.Equal((1000L, 1L), (onlyBottom.Directories, onlyBottom.Files));
    }

    [Fact]
    public async Task Mounted_file_systems_are_left_out_when_asked()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();

        // The terminals are a file system of their own on every Linux, container or not.
        ArchiveOptions Devices(ArchiveOptions options, bool stay) => options with { Root = new ArchiveRoot("/dev", "data"), Excludes = ["shm", "mqueue"], StayOnFileSystem = stay };
        ArchiveResult all = await fixture.BackUpAsync(options => Devices(options, stay: false));
        ArchiveResult own = await fixture.BackUpAsync(options => Devices(options, stay: true));

        SnapshotEntry? terminals = await new SnapshotReader(fixture.Repository, all.Snapshot).FindAsync("/data/pts/ptmx", BackupFixture.Cancellation);
        Assert.Equal(NodeType.CharDevice, terminals!.Node.Type);
        SnapshotReader reader = new(fixture.Repository, own.Snapshot);
        Assert.NotNull(await reader.FindAsync("/data/pts", BackupFixture.Cancellation));
        Assert.Null(await reader.FindAsync("/data/pts/ptmx", BackupFixture.Cancellation));
        Assert.NotNull(await reader.FindAsync("/data/null", BackupFixture.Cancellation));
    }
}
