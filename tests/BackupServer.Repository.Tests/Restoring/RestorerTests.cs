using BackupServer.Repository.Archiving;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Archiving;
using BackupServer.Repository.Tests.Files;

namespace BackupServer.Repository.Tests.Restoring;

public sealed class RestorerTests
{
    [Fact]
    public async Task Restoring_again_writes_nothing()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 50);
        ArchiveResult backup = await fixture.BackUpAsync();
        RestoreResult first = await fixture.RestoreAsync(backup.Snapshot, "target");

        RestoreResult second = await fixture.RestoreAsync(backup.Snapshot, "target");

        Assert.Empty(second.Problems);
        Assert.Equal(0, second.WrittenBytes);
        Assert.Equal((first.Files, first.Bytes, first.Others), (second.Files, second.Bytes, second.Others));
        Assert.Empty(fixture.Compare("source", "target").Differences);
    }

    [Fact]
    public async Task A_target_with_wrong_things_in_it_becomes_as_the_snapshot_and_keeps_what_is_its_own()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 10);
        ArchiveResult backup = await fixture.BackUpAsync();
        await fixture.RestoreAsync(backup.Snapshot, "target");
        Spoil(fixture.Folder["target"]);
        Assert.False(fixture.Compare("source", "target").AreEqual);

        RestoreResult restore = await fixture.RestoreAsync(backup.Snapshot, "target");

        Assert.Empty(restore.Problems);
        Assert.InRange(restore.WrittenBytes, 1, 14 << 20);
        Assert.Equal(["mine unexpected"], fixture.Compare("source", "target").Differences.Select(d => $"{d.Path} {d.Aspect}"));
    }

    [Fact]
    public async Task A_killed_restore_run_again_finishes()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 400);
        ArchiveResult backup = await fixture.BackUpAsync();
        foreach (int files in new[] { 1, 50, 200 })
        {
            using CancellationTokenSource stop = new();
            OnFiles progress = new(files, stop.Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Restorer(new SnapshotReader(fixture.Repository, backup.Snapshot)).RestoreAsync(
                new RestoreOptions { Target = fixture.Folder["target"], SubPath = "/data", Progress = progress }, stop.Token));
        }

        RestoreResult restore = await fixture.RestoreAsync(backup.Snapshot, "target");

        Assert.Empty(restore.Problems);
        Assert.Empty(fixture.Compare("source", "target").Differences);
    }

    [Fact]
    public async Task Existing_files_are_left_alone_when_asked()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "a"), "from the snapshot", BackupFixture.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "b"), "from the snapshot", BackupFixture.Cancellation);
        ArchiveResult backup = await fixture.BackUpAsync();
        fixture.Folder.MakeDirectory("target");
        await File.WriteAllTextAsync(fixture.Folder["target/a"], "mine", BackupFixture.Cancellation);

        RestoreResult restore = await fixture.RestoreAsync(backup.Snapshot, "target", options => options with { Overwrite = RestoreOverwrite.Never });

        Assert.Equal((1L, 1L), (restore.Files, restore.Skipped));
        Assert.Equal("mine", await File.ReadAllTextAsync(fixture.Folder["target/a"], BackupFixture.Cancellation));
        Assert.Equal("from the snapshot", await File.ReadAllTextAsync(fixture.Folder["target/b"], BackupFixture.Cancellation));
    }

    [Fact]
    public async Task Files_of_equal_size_and_time_are_not_read_when_asked()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "a"), "aaaa", BackupFixture.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "b"), "bbbb", BackupFixture.Cancellation);
        ArchiveResult backup = await fixture.BackUpAsync();
        await fixture.RestoreAsync(backup.Snapshot, "target");
        await File.WriteAllTextAsync(fixture.Folder["target/a"], "AAAA", BackupFixture.Cancellation);
        await File.WriteAllTextAsync(fixture.Folder["target/b"], "BBBB", BackupFixture.Cancellation);
        using (DirectoryHandle source = DirectoryHandle.Open(fixture.Source), target = DirectoryHandle.Open(fixture.Folder["target"]))
        {
            NodeTime exact = source.Stat(new RawName("a")).ModifiedAt;
            target.SetTimes(new RawName("a"), exact, exact);
        }

        RestoreResult restore = await fixture.RestoreAsync(
            backup.Snapshot, "target", options => options with { Overwrite = RestoreOverwrite.IfChanged });

        Assert.Equal(4, restore.WrittenBytes);
        Assert.Equal("AAAA", await File.ReadAllTextAsync(fixture.Folder["target/a"], BackupFixture.Cancellation));
        Assert.Equal("bbbb", await File.ReadAllTextAsync(fixture.Folder["target/b"], BackupFixture.Cancellation));
    }

    [Fact]
    public async Task Includes_and_excludes_choose_what_is_restored_with_only_the_directories_needed()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 3);
        ArchiveResult backup = await fixture.BackUpAsync();

        RestoreResult restore = await fixture.RestoreAsync(
            backup.Snapshot, "target", options => options with { Includes = ["file-0000*", "/names"], Excludes = ["*1", "dir*"] });

        Assert.Empty(restore.Problems);
        Assert.Equal(["names", "small"], Directory.GetFileSystemEntries(fixture.Folder["target"]).Select(Path.GetFileName).Order());
        Assert.Equal(["file-00000", "file-00002"], Directory.GetFiles(fixture.Folder["target/small"]).Select(Path.GetFileName).Order());
        Assert.Equal(Directory.GetFiles(Path.Combine(fixture.Source, "names")).Length + 2, restore.Files);
    }

    [Fact]
    public async Task One_file_of_a_snapshot_is_restored_into_the_target()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 1);
        ArchiveResult backup = await fixture.BackUpAsync();

        RestoreResult restore = await fixture.RestoreAsync(backup.Snapshot, "target", options => options with { SubPath = "/data/hello.txt" });

        Assert.Equal((1L, 0L), (restore.Files, restore.Directories));
        Assert.Equal("hello, world\n", await File.ReadAllTextAsync(fixture.Folder["target/hello.txt"], BackupFixture.Cancellation));
    }

    [Fact]
    public async Task A_damaged_pack_costs_only_the_files_in_it()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync(Support.TestRepository.Options with { PackSize = 4 << 20 });
        for (int i = 0; i < 12; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(fixture.Source, $"file-{i:D2}"), AwkwardTree.RandomBytes(1 << 20, i), BackupFixture.Cancellation);
        }

        ArchiveResult backup = await fixture.BackUpAsync();
        SnapshotReader reader = new(fixture.Repository, backup.Snapshot);
        ObjectId blob = (await reader.FindAsync("/data/file-05", BackupFixture.Cancellation))!.Node.Content![0];
        Assert.True(fixture.Repository.TryLocateBlob(BlobType.Data, blob, out BackupServer.Repository.Indexing.BlobLocation location));
        string pack = Path.Combine(fixture.Folder["repository"], "data", location.Pack.ToString()[..2], location.Pack.ToString());
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] bytes = await File.ReadAllBytesAsync(pack, BackupFixture.Cancellation);
        bytes[location.Offset + 100] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, BackupFixture.Cancellation);

        RestoreResult restore = await fixture.RestoreAsync(backup.Snapshot, "target");

        RestoreProblem problem = Assert.Single(restore.Problems);
        Assert.Equal(("file-05", RestoreProblemKind.Damaged), (problem.Path, problem.Kind));
        Assert.Contains(location.Pack.ToString(), problem.Reason);
        Assert.Equal(11, restore.Files);
        Assert.False(File.Exists(fixture.Folder["target/file-05"]));
    }

    [Fact]
    public async Task A_user_without_privileges_gets_the_content_and_is_told_what_is_missing()
    {
        if (await Unprivileged.RanElsewhereAsync(typeof(RestorerTests)))
        {
            return;
        }

        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 20);
        ArchiveResult backup = await fixture.BackUpAsync();
        RestoreResult own = await fixture.RestoreAsync(backup.Snapshot, "own");
        Assert.Empty(own.Problems);
        Assert.Empty(fixture.Compare("source", "own").Differences);

        Snapshot foreign = await ForeignAsync(fixture);
        RestoreResult restore = await fixture.RestoreAsync(foreign, "target", options => options with { SubPath = "/" });
        RestoreResult again = await fixture.RestoreAsync(foreign, "target", options => options with { SubPath = "/" });

        Assert.Equal("data", await File.ReadAllTextAsync(fixture.Folder["target/file"], BackupFixture.Cancellation));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(fixture.Folder["target/file"]));
        Assert.Contains(restore.Problems, p => p.Kind == RestoreProblemKind.Owner && p.Reason.Contains("2 entries", StringComparison.Ordinal));
        Assert.Contains(restore.Problems, p => p.Kind == RestoreProblemKind.NotWritten && p.Path == "null");
        Assert.Equal(restore.ProblemCount, again.ProblemCount);
    }

    private static async Task<Snapshot> ForeignAsync(BackupFixture fixture)
    {
        SavedBlob data = await fixture.Repository.SaveBlobAsync(BlobType.Data, "data"u8.ToArray(), BackupFixture.Cancellation);
        Node file = new() { Name = new RawName("file"), Type = NodeType.File, Mode = 0x100, Uid = 1, Gid = 2, Size = 4, Content = [data.Id] };
        Node link = new() { Name = new RawName("link"), Type = NodeType.Symlink, Mode = NodeMode.Symlink | 0x1FF, LinkTarget = new RawName("file"), Uid = 1 };
        Node device = new() { Name = new RawName("null"), Type = NodeType.CharDevice, Mode = NodeMode.Device | NodeMode.CharDevice | 0x1B6, Device = 259 };
        return await HostileSnapshotTests.SaveAsync(fixture, TreeCodec.Encode([file, link, device]));
    }

    private static void Spoil(string path)
    {
        using DirectoryHandle target = DirectoryHandle.Open(path);
        using DirectoryHandle kinds = target.OpenDirectory(new RawName("kinds"));
        AwkwardTree.Write(target, "mine"u8, "mine"u8);
        target.Remove(new RawName("empty"));
        kinds.SetPermissions(new RawName("sticky"), 0x1C0);
        kinds.SetAttribute(new RawName("xattrs"), new ExtendedAttribute("user.added", "x"u8.ToArray()));
        kinds.RemoveAttribute(new RawName("xattrs"), "user.zeta");
        kinds.Remove(new RawName("link"));
        AwkwardTree.Write(kinds, "link"u8, "a file instead of a link"u8);
        kinds.Remove(new RawName("fifo"));
        kinds.CreateSymlink(new RawName("fifo"), new RawName("/etc/passwd"));

        // Linked to a file that is none of the snapshot's: writing through it would change that one.
        kinds.Remove(new RawName("setuid"));
        kinds.CreateHardLink(new RawName("setuid"), target, new RawName("mine"));
        kinds.Remove(new RawName("hard2"));
        AwkwardTree.Write(kinds, "hard2"u8, "on its own"u8);
        using (DirectoryHandle small = target.OpenDirectory(new RawName("small")))
        {
            for (int i = 0; i < 10; i++)
            {
                small.Remove(new RawName($"file-{i:D5}"));
            }
        }

        target.Remove(new RawName("small"), directory: true);
        target.CreateSymlink(new RawName("small"), new RawName("/tmp"));
        using FileHandle random = target.OpenToWrite(new RawName("random-5MiB"));
        random.Write("changed"u8, 3 << 20);
        using FileHandle hello = target.OpenToWrite(new RawName("hello.txt"));
        hello.Write("longer than it was in the snapshot"u8, 0);
        using FileHandle hole = target.OpenToWrite(new RawName("hole-300MB"));
        hole.Write(AwkwardTree.RandomBytes(6 << 20, 9), 100 << 20);
    }

    private sealed class OnFiles(long files, Action action) : IProgress<RestoreProgress>
    {
        public void Report(RestoreProgress value)
        {
            if (value.Files >= files)
            {
                action();
            }
        }
    }
}
