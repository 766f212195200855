using System.Text;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Archiving;

namespace BackupServer.Repository.Tests.Restoring;

public sealed class HostileSnapshotTests
{
    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("../outside/owned")]
    [InlineData("a/b")]
    [InlineData("/etc/owned")]
    [InlineData("nul\\x00l")]
    public async Task A_name_that_is_no_name_is_refused_and_the_rest_restored(string name)
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        string outside = fixture.Folder.MakeDirectory("outside");
        ObjectId content = await SaveDataAsync(fixture);
        string file = $"\"type\":\"file\",\"mode\":420,\"content\":[\"{content}\"]";
        string quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal);
        Snapshot snapshot = await SaveAsync(fixture, Encoding.UTF8.GetBytes($"{{\"nodes\":[{{\"name\":\"{quoted}\",{file}}},{{\"name\":\"zz\",{file}}}]}}\n"));

        RestoreResult restore = await fixture.RestoreAsync(snapshot, "target", options => options with { SubPath = "/" });

        RestoreProblem problem = Assert.Single(restore.Problems, problem => problem.Kind != RestoreProblemKind.Owner);
        Assert.Equal(RestoreProblemKind.UnsafeName, problem.Kind);
        Assert.Contains("cannot be the name of a file", problem.Reason);
        Assert.Equal([fixture.Folder["target/zz"]], Directory.GetFileSystemEntries(fixture.Folder["target"]));
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public async Task A_directory_of_the_name_of_a_link_does_not_lead_out()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        string outside = fixture.Folder.MakeDirectory("outside");
        ObjectId content = await SaveDataAsync(fixture);
        SavedBlob below = await fixture.Repository.SaveBlobAsync(
            BlobType.Tree,
            TreeCodec.Encode([new Node { Name = new RawName("owned"), Type = NodeType.File, Mode = 0x1A4, Content = [content] }]),
            BackupFixture.Cancellation);
        string link = $"{{\"name\":\"x\",\"type\":\"symlink\",\"linktarget\":\"{outside}\",\"content\":null}}";
        string directory = $"{{\"name\":\"x\",\"type\":\"dir\",\"mode\":2147484141,\"content\":null,\"subtree\":\"{below.Id}\"}}";
        string between = "{\"name\":\"a\",\"type\":\"symlink\",\"linktarget\":\"elsewhere\",\"content\":null}";
        foreach (string nodes in new[] { $"{link},{directory}", $"{directory},{link}", $"{link},{between},{directory}" })
        {
            Snapshot snapshot = await SaveAsync(fixture, Encoding.UTF8.GetBytes($"{{\"nodes\":[{nodes}]}}\n"));

            RestoreResult restore = await fixture.RestoreAsync(snapshot, "target", options => options with { SubPath = "/" });

            Assert.True(restore.ProblemCount > 0 || nodes.Contains(between, StringComparison.Ordinal), nodes);
            Assert.Empty(Directory.GetFileSystemEntries(outside));
        }
    }

    [Fact]
    public async Task Links_that_wait_in_the_target_are_replaced_and_not_followed()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        string outside = fixture.Folder.MakeDirectory("outside");
        string victim = Path.Combine(outside, "victim");
        await File.WriteAllTextAsync(victim, "untouched", BackupFixture.Cancellation);
        File.SetUnixFileMode(victim, UnixFileMode.UserRead);
        Directory.CreateDirectory(Path.Combine(fixture.Source, "directory"));
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "directory", "victim"), "from the snapshot", BackupFixture.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "file"), "from the snapshot", BackupFixture.Cancellation);
        Snapshot snapshot = (await fixture.BackUpAsync()).Snapshot;
        string target = fixture.Folder.MakeDirectory("target");
        Directory.CreateSymbolicLink(Path.Combine(target, "directory"), outside);
        File.CreateSymbolicLink(Path.Combine(target, "file"), victim);

        RestoreResult restore = await fixture.RestoreAsync(snapshot, "target");

        Assert.Empty(restore.Problems);
        Assert.True(fixture.Compare("source", "target").AreEqual);
        Assert.Equal("untouched", await File.ReadAllTextAsync(victim, BackupFixture.Cancellation));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(victim));
    }

    [Fact]
    public async Task A_broken_tree_costs_only_its_directory()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        ObjectId content = await SaveDataAsync(fixture);
        SavedBlob broken = await fixture.Repository.SaveBlobAsync(BlobType.Tree, "{\"nodes\":[{]}"u8.ToArray(), BackupFixture.Cancellation);
        Node file = new() { Name = new RawName("file"), Type = NodeType.File, Mode = 0x1A4, Content = [content] };
        Node bad = new() { Name = new RawName("bad"), Type = NodeType.Directory, Mode = NodeMode.Directory | 0x1ED, Subtree = broken.Id };
        Node gone = bad with { Name = new RawName("gone"), Subtree = ObjectId.Of("nothing"u8) };
        Node none = bad with { Name = new RawName("none"), Subtree = null };
        Node nothing = file with { Name = new RawName("nothing"), Content = null };
        Snapshot snapshot = await SaveAsync(fixture, TreeCodec.Encode([bad, file, gone, none, nothing]));

        RestoreResult restore = await fixture.RestoreAsync(snapshot, "target", options => options with { SubPath = "/" });

        RestoreProblem[] problems = [.. restore.Problems.Where(problem => problem.Kind != RestoreProblemKind.Owner)];
        Assert.Equal(["bad", "gone", "none", "nothing"], problems.Select(problem => problem.Path).Order());
        Assert.All(problems, problem => Assert.Equal(RestoreProblemKind.Damaged, problem.Kind));
        Assert.Equal("data", await File.ReadAllTextAsync(fixture.Folder["target/file"], BackupFixture.Cancellation));
    }

    [Fact]
    public async Task Files_that_only_share_an_inode_number_are_not_linked()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        ObjectId one = await SaveDataAsync(fixture);
        ObjectId two = (await fixture.Repository.SaveBlobAsync(BlobType.Data, "other"u8.ToArray(), BackupFixture.Cancellation)).Id;
        Node a = new() { Name = new RawName("a"), Type = NodeType.File, Mode = 0x1A4, Inode = 5, Links = 2, Content = [one] };
        Node b = a with { Name = new RawName("b"), Content = [two] };
        Snapshot snapshot = await SaveAsync(fixture, TreeCodec.Encode([a, b]));

        await fixture.RestoreAsync(snapshot, "target", options => options with { SubPath = "/" });

        Assert.Equal("data", await File.ReadAllTextAsync(fixture.Folder["target/a"], BackupFixture.Cancellation));
        Assert.Equal("other", await File.ReadAllTextAsync(fixture.Folder["target/b"], BackupFixture.Cancellation));
    }

    internal static async Task<Snapshot> SaveAsync(BackupFixture fixture, byte[] tree)
    {
        SavedBlob root = await fixture.Repository.SaveBlobAsync(BlobType.Tree, tree, BackupFixture.Cancellation);
        return await fixture.Repository.SaveSnapshotAsync(
            new Snapshot { Time = DateTimeOffset.UnixEpoch, Tree = root.Id, Paths = ["/hostile"], HostName = "test" }, BackupFixture.Cancellation);
    }

    private static async Task<ObjectId> SaveDataAsync(BackupFixture fixture) =>
        (await fixture.Repository.SaveBlobAsync(BlobType.Data, "data"u8.ToArray(), BackupFixture.Cancellation)).Id;
}
